import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { LineSplitter } from "./line-splitter.ts";

const MAX_LINE_BYTES = 64 * 1024;

/** A program of our own that is started without being part of any task. */
export interface OwnProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How a kept program ended; `error` says why it could not be started. */
export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly error?: string;
}

/** A program somebody watches over and that outlives its watcher. */
export interface KeptProgram {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Never rejects. */
  readonly ended: Promise<ProgramEnd>;
  /** False when nobody was there to take it. */
  signal(name: NodeJS.Signals): boolean;
}

/**
 * Starts a program that is restarted when it ends, and reads its output line by line. Unlike what a `ProcessRunner`
 * starts it is not killed with its tree, and it goes on when its watcher dies: what it runs is its own to end.
 */
export function startKept(program: OwnProgram, onLine: (line: string) => void): KeptProgram {
  const ended = Promise.withResolvers<ProgramEnd>();
  const child = spawn(program.file, [...program.args], {
    cwd: program.cwd,
    env: program.env,
    shell: false,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const streams: readonly (Readable | null | undefined)[] = [child.stdout, child.stderr];
  const outputs = streams.map((stream) => {
    const lines = new LineSplitter(MAX_LINE_BYTES, onLine);
    // Missing when there were no descriptors left to make a pipe of.
    stream?.on("data", (chunk: Buffer) => lines.push(chunk));
    stream?.on("error", () => {});
    return lines;
  });
  child.once("error", (error) => {
    if (child.pid === undefined) ended.resolve({ exitCode: null, signal: null, error: error.message });
  });
  child.once(
    "exit",
    (exitCode, signal) => void settle(child, outputs).then(() => ended.resolve({ exitCode, signal })),
  );
  return { pid: child.pid, ended: ended.promise, signal: (name) => child.kill(name) };
}

/** How long the output of an ended program may stay open without a byte: something it started may hold it. */
const OUTPUT_MS = 250;

async function settle(child: ChildProcess, outputs: readonly LineSplitter[]): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, OUTPUT_MS);
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", () => timer.refresh());
    child.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
  child.stdout?.destroy();
  child.stderr?.destroy();
  for (const lines of outputs) lines.end();
}

/**
 * Starts a program that goes on by itself: in a session of its own, without a terminal, writing to an open file.
 * Resolves with its pid; rejects when it cannot be started.
 */
export async function startDetached(program: OwnProgram, output: number): Promise<number> {
  const child = spawn(program.file, [...program.args], {
    cwd: program.cwd,
    env: program.env,
    detached: true,
    shell: false,
    stdio: ["ignore", output, output],
  });
  await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  child.unref();
  if (child.pid === undefined) throw new Error(`${program.file} has no process.`);
  return child.pid;
}
