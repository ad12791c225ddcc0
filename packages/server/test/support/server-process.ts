import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { HarnessClient } from "@harness/client";
import { writeConfig } from "./test-app.ts";

/** A real server process over a data directory of a test. */
export interface ServerProcess {
  readonly client: HarnessClient;
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** Resolves with how the process ended. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Moves its clock forward; only for a server that was started with one. */
  advance(ms: number): Promise<void>;
  readonly output: () => string;
}

export interface ServerProcessOptions {
  readonly dir: string;
  readonly agents?: Parameters<typeof writeConfig>[1]["agents"];
  readonly config?: string;
  readonly failpoint?: string;
  readonly env?: Record<string, string>;
  /** What its clock shows (epoch ms) until it is moved; the machine's clock when absent. */
  readonly clock?: number;
}

const program = path.join(import.meta.dirname, "failpoint-server.ts");

/** Starts the server and waits until it listens; a server that dies first rejects with its output. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const { dir } = options;
  const child: ChildProcess = spawn(process.execPath, ["--no-warnings", program], {
    cwd: dir,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: dir,
      HARNESS_CONFIG: writeConfig(dir, options),
      HARNESS_DATA_DIR: path.join(dir, "data"),
      HARNESS_PORT: "0",
      HARNESS_UP_KEEP_AWAKE: "false",
      ...(options.failpoint ? { HARNESS_TEST_FAILPOINT: options.failpoint } : {}),
      ...(options.clock === undefined ? {} : { HARNESS_TEST_CLOCK: String(options.clock) }),
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once("exit", (code, signal) => resolve({ code, signal })),
  );
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const listening = /Harness is listening on (\S+)/.exec(output)?.[1];
      if (listening) resolve(listening);
    };
    child.stderr?.on("data", read);
    child.stdout?.on("data", read);
    void exited.then(({ code, signal }) =>
      reject(new Error(`The server ended (${code ?? signal}) before it listened:\n${output}`)),
    );
  });
  const token =
    options.env?.["HARNESS_API_TOKEN"] ?? readFileSync(path.join(dir, "data", "token"), "utf8").trim();
  return {
    client: new HarnessClient({ url, token }),
    url,
    token,
    pid: child.pid!,
    exited,
    output: () => output,
    async advance(ms) {
      const moved = once(child, "message");
      child.send({ advance: ms });
      await moved;
    },
    async kill(signal) {
      child.kill(signal);
      await exited;
    },
  };
}
