import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "@harness/protocol";
import { type DataDirPaths, dataDirOwner, liveness, markOf, type ProcessMark } from "../config/index.ts";
import { type OwnProgram, type ProgramEnd, startKept } from "../process/index.ts";
import { readServerFile } from "./record.ts";

/** Says in the environment of a server who started it and would start it again. */
export const runByVariable = "HARNESS_RUN_BY";
/** Who may run a server. `command` is a command that serves for as long as it lasts. */
export const runners = ["harness", "systemd", "launchd", "command"] as const;
export type RunBy = (typeof runners)[number];

/** The word of the environment; null for a server somebody started at a terminal. */
export function runByOf(env: Readonly<Record<string, string | undefined>>): RunBy | null {
  return runners.find((word) => word === env[runByVariable]) ?? null;
}

/** A server under watch. */
export interface WatchedServer {
  readonly mark: ProcessMark;
  readonly adopted: boolean;
  /** Never rejects. `asked` is true when somebody stopped it in order. */
  readonly ended: Promise<ProgramEnd & { readonly asked: boolean }>;
  signal(name: NodeJS.Signals): void;
}

/** Starts the server; what it writes comes line by line. */
export function startServerProgram(program: OwnProgram, onLine: (line: string) => void): WatchedServer {
  const child = startKept({ ...program, env: { ...program.env, [runByVariable]: "harness" } }, onLine);
  return {
    mark: markOf(child.pid ?? 0),
    adopted: false,
    ended: child.ended.then((end) => ({ ...end, asked: end.exitCode === 0 })),
    signal: (name) => void child.signal(name),
  };
}

/** Between two looks at a server that is not our child (milliseconds). */
const LOOK_MS = 250;

/**
 * Watches a server whose supervisor died. How it ends is not told to us: one that stopped in order has taken its
 * `server.json` away. Undefined when no such server runs.
 */
export function adoptServer(paths: DataDirPaths, clock: Clock): WatchedServer | undefined {
  const owner = dataDirOwner(paths.root, clock);
  const file = readServerFile(paths.server);
  if (owner === null || file === null || file.pid !== owner.pid || file.run_by !== "harness")
    return undefined;
  const { pid, start_ticks, boot_id, pid_namespace, host } = owner;
  const mark = { pid, start_ticks, boot_id, pid_namespace, host };
  const ended = async () => {
    while (liveness(mark) === "alive") await sleep(LOOK_MS);
    return { exitCode: null, signal: null, asked: readServerFile(paths.server)?.pid !== pid };
  };
  return { mark, adopted: true, ended: ended(), signal: (name) => sendSignal(mark, name) };
}

/** Sends a signal to exactly this process: a number that was given to another gets nothing. */
export function sendSignal(mark: ProcessMark, name: NodeJS.Signals): void {
  if (liveness(mark) !== "alive") return;
  try {
    process.kill(mark.pid, name);
  } catch {
    // It ended meanwhile.
  }
}
