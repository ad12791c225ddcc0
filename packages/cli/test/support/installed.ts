import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { testDir, writeConfig } from "../../../server/test/support/test-app.ts";

/** The command as it is installed. */
export const program = path.join(import.meta.dirname, "..", "..", "bin", "harness.js");

/** A `harness` process. */
export interface Process {
  readonly pid: number;
  /** Resolves once standard error shows the text. */
  said(text: string | RegExp): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** What it wrote to standard output so far. */
  output(): string;
  /** Its standard input, for one that was started to be talked with. */
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

/** A home, a data directory and a configuration, and the command run in them as a process of its own. */
export interface Machine extends AsyncDisposable {
  readonly dir: string;
  /** The whole environment of its commands. */
  readonly env: Readonly<Record<string, string>>;
  path(...parts: string[]): string;
  start(cwd: string, ...argv: string[]): Process;
  run(cwd: string, ...argv: string[]): Process["ended"];
  /** Starts it with its standard input left open. */
  talk(cwd: string, ...argv: string[]): Process;
  /** Runs it with this on standard input. */
  feed(cwd: string, input: string, ...argv: string[]): Process["ended"];
}

/** Builds one. Processes still running at the end are killed. */
export function machine(
  agents: Parameters<typeof writeConfig>[1]["agents"] = {},
  env: Record<string, string> = {},
): Machine {
  const dir = testDir("cli");
  const config = writeConfig(dir, { agents });
  const running = new Set<Process>();
  const surroundings = {
    PATH: process.env["PATH"] ?? "",
    HOME: dir,
    HARNESS_CONFIG: config,
    HARNESS_DATA_DIR: path.join(dir, "data"),
    ...env,
  };
  const launch = (cwd: string, argv: string[], input: string | null = ""): Process => {
    const one = startProcess(cwd, argv, surroundings, input);
    running.add(one);
    void one.ended.then(() => running.delete(one));
    return one;
  };
  const start = (cwd: string, ...argv: string[]) => launch(cwd, argv);
  return {
    dir,
    env: surroundings,
    path: (...parts) => path.join(dir, ...parts),
    start,
    talk: (cwd, ...argv) => launch(cwd, argv, null),
    run: (cwd, ...argv) => start(cwd, ...argv).ended,
    feed: (cwd, input, ...argv) => launch(cwd, argv, input).ended,
    async [Symbol.asyncDispose]() {
      for (const one of running) one.kill("SIGTERM");
      await Promise.all([...running].map(({ ended }) => ended));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function startProcess(
  cwd: string,
  argv: readonly string[],
  env: Record<string, string>,
  input: string | null,
): Process {
  const child = spawn(process.execPath, [program, ...argv], { cwd, env, stdio: "pipe" });
  // A command that reads nothing may be gone before it is written.
  child.stdin.on("error", () => {});
  if (input !== null) child.stdin.end(input);
  const text = { out: "", err: "" };
  const waiting = new Set<() => void>();
  child.stdout.on("data", (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    text.err += chunk.toString();
    for (const look of waiting) look();
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once("close", (code) => resolve({ code, ...text })),
  );
  return {
    pid: child.pid ?? 0,
    ended,
    output: () => text.out,
    stdin: child.stdin,
    stdout: child.stdout,
    kill: (signal) => void child.kill(signal),
    said: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found =
            typeof wanted === "string" ? text.err.includes(wanted) && wanted : wanted.exec(text.err)?.[1];
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void ended.then(({ err }) => reject(new Error(`It ended without saying ${String(wanted)}:\n${err}`)));
      }),
  };
}
