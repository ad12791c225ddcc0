import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { runCli, type Surroundings } from "../../src/index.ts";

/** What a command wrote and how it ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** How a test sits before the command. */
export interface Seat {
  readonly url?: string;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Both outputs and the input are a terminal. */
  readonly terminal?: boolean;
  /** How wide the terminal is; 100 columns unless told. */
  readonly columns?: number;
  /** What is typed when the command asks; in order. */
  readonly answers?: readonly string[];
  /** Gets the function that presses Ctrl-C. */
  readonly interrupts?: (press: () => void) => void;
  readonly left?: (code: number) => void;
  readonly onErr?: (text: string) => void;
  readonly onOut?: (text: string) => void;
}

/** Runs a command line in this process, as bin/harness would. */
export async function typed(argv: readonly string[], seat: Seat = {}): Promise<Ran> {
  const home = mkdtempSync(path.join(tmpdir(), "harness-cli-"));
  let out = "";
  let err = "";
  const stdin = Object.assign(new PassThrough(), { isTTY: seat.terminal === true });
  const answers = [...(seat.answers ?? [])];
  const listeners = new Set<(signal: "SIGINT" | "SIGTERM") => void>();
  seat.interrupts?.(() => {
    for (const listener of listeners) listener("SIGINT");
  });
  const surroundings: Surroundings = {
    env: {
      ...(seat.url ? { HARNESS_URL: seat.url, HARNESS_TOKEN: "fake-token" } : {}),
      HOME: home,
      PATH: process.env["PATH"],
      NO_COLOR: "1",
      ...seat.env,
    },
    cwd: seat.cwd ?? home,
    home,
    stdin,
    stdout: {
      write: (text) => {
        out += text;
        seat.onOut?.(text);
        return true;
      },
      isTTY: seat.terminal === true,
      columns: seat.columns ?? 100,
    },
    stderr: {
      write: (text) => {
        err += text;
        seat.onErr?.(text);
        if (text.endsWith("[y/N] ")) stdin.write(`${answers.shift() ?? ""}\n`);
        return true;
      },
      isTTY: seat.terminal === true,
      columns: seat.columns ?? 100,
    },
    clock: { now: () => Date.parse("2026-01-02T03:04:05Z") },
    onSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    program: [process.execPath, "harness.js"],
    onControl: () => () => {},
    leave: (code) => seat.left?.(code),
    started: () => {},
  };
  try {
    return { code: await runCli(argv, surroundings), out, err };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
