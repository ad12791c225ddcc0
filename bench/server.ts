import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

/** A started server: Harness as users run it, or the floor. */
export interface StartedServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** From the spawn to the first answer of /health. */
  readonly startMs: number;
  readonly token: string;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, "..");
/** The built command; with HARNESS_BENCH_SOURCE set, the server's sources, while working on them. */
const program = process.env["HARNESS_BENCH_SOURCE"]
  ? [join(root, "packages/server/src/main.ts")]
  : [join(root, "packages/cli/bin/harness.js"), "serve"];
/** The built `harness serve`, as a program and its words. */
export const harnessCommand = [process.execPath, join(root, "packages/cli/bin/harness.js"), "serve"];

/** Starts the built `harness serve` on a data directory, on a free port. */
export function startHarness(dataDir: string, settings: Record<string, string> = {}): Promise<StartedServer> {
  const env = { ...harnessEnvironment(dataDir), ...settings };
  return started(spawn(process.execPath, program, { env, stdio: ["ignore", "pipe", "pipe"] }), dataDir);
}

/** The settings every measured server has. */
export function harnessEnvironment(dataDir: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: dirname(dataDir),
    HARNESS_DATA_DIR: dataDir,
    HARNESS_PORT: "0",
    HARNESS_SERVER_RATE_LIMIT_PER_MINUTE: "0",
    HARNESS_CONCURRENCY_MAX_QUEUED_TASKS: "1000000",
    HARNESS_ALLOWED_PROJECT_ROOTS: "/",
    HARNESS_LOG_LEVEL: "warn",
  };
}

/** Starts the floor under `POST /tasks` in a folder. */
export function startFloor(folder: string): Promise<StartedServer> {
  const file = join(root, "bench/floor-server.mjs");
  return started(spawn(process.execPath, [file, folder], { stdio: ["ignore", "pipe", "pipe"] }), folder);
}

async function started(child: ChildProcess, dataDir: string): Promise<StartedServer> {
  const begin = performance.now();
  const url = await announced(child);
  while (!(await healthy(url))) {
    if (child.exitCode !== null) throw new Error(`The server ended with exit code ${child.exitCode}.`);
  }
  const startMs = performance.now() - begin;
  const tokenFile = join(dataDir, "token");
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  };
  return {
    url,
    pid: child.pid ?? 0,
    startMs,
    token: existsSync(tokenFile) ? readFileSync(tokenFile, "utf8").trim() : "",
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    [Symbol.asyncDispose]: () => end("SIGTERM"),
  };
}

// Not fetch: loading it takes longer than the answer, and would count as the server's.
function healthy(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(`${url}/health`, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on("error", () => resolve(false));
  });
}

/** The address in the first line that holds one; what else is said goes on to our standard error. */
function announced(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on("line", (line) => {
        const url = /http:\/\/[\d.]+:\d+/.exec(line)?.[0];
        if (url) resolve(url);
        else process.stderr.write(`${line}\n`);
      });
    }
    child.once("exit", (code) =>
      reject(new Error(`The server ended with exit code ${code} before it listened.`)),
    );
  });
}

/** Resident memory of a process in megabytes; Linux only. */
export function residentMegabytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1000;
}

/** Calls the API; an answer that is no success throws. */
export async function call<T>(
  server: StartedServer,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.token}`,
      ...(body ? { "content-type": "application/json" } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}
