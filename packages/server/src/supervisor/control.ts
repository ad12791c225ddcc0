import { closeSync, constants, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "@harness/protocol";
import {
  type ConfigSurroundings,
  configRows,
  configVariable,
  createDataDir,
  type DataDirPaths,
  dataDirOwner,
  dataDirPaths,
  liveness,
  loadConfig,
  markOf,
  type ProcessMark,
} from "../config/index.ts";
import { startDetached } from "../process/index.ts";
import { Redactor, Secrets } from "../secrets/index.ts";
import { readServerFile, readSupervisorRecord, type ServerFile, type SupervisorRecord } from "./record.ts";
import { sendSignal } from "./watched-server.ts";

/** What runs for a data directory. */
export interface Running {
  /** Null when nobody supervises the server now. */
  readonly supervisor: ProcessMark | null;
  /** What the last supervisor said about itself, also after its end. */
  readonly record: SupervisorRecord | null;
  /** The process that owns the data now. */
  readonly server: ProcessMark | null;
  /** Where that server is, once it has said so. */
  readonly file: ServerFile | null;
}

/** The data directory these settings mean. A configuration with mistakes still has one to stop a server in. */
export function locateDataDir(surroundings: ConfigSurroundings): DataDirPaths {
  try {
    return dataDirPaths(loadConfig(surroundings).config.server.data_dir);
  } catch {
    const { flags, env, cwd, home } = surroundings;
    const named = flags["data-dir"] ?? env["HARNESS_DATA_DIR"];
    return dataDirPaths(
      typeof named === "string" && named !== ""
        ? path.resolve(cwd, named)
        : path.join(home, ".local", "share", "harness"),
    );
  }
}

/** The token clients of this data directory send; undefined while there is none, and for one only a program tells. */
export async function readToken(
  surroundings: ConfigSurroundings,
  paths: DataDirPaths,
): Promise<string | undefined> {
  try {
    const given = loadConfig(surroundings).config.server.api_token;
    if (given === null) return readFileSync(paths.token, "utf8").trim() || undefined;
    const run = async () => ({ exitCode: null, reason: "not run", stdout: "", cutBytes: 0 });
    return await new Secrets({ ...surroundings, redactor: new Redactor(), run }).read(
      "server.api_token",
      given,
    );
  } catch {
    return undefined;
  }
}

/** Seconds a stopping server lets running turns finish. Fails with `config_invalid`. */
export function drainSeconds(surroundings: ConfigSurroundings): number {
  return loadConfig(surroundings).config.server.drain_timeout_secs;
}

/** Looks at a data directory; changes nothing. */
export function lookAt(paths: DataDirPaths): Running {
  const supervisor = dataDirOwner(paths.root, systemClock, "supervisorLock");
  const server = dataDirOwner(paths.root, systemClock);
  const file = readServerFile(paths.server);
  return {
    supervisor,
    record: readSupervisorRecord(paths.supervisor),
    server,
    file: file !== null && file.pid === server?.pid ? file : null,
  };
}

/** The command line of a supervisor: a program and words before the flags of the server. */
export interface Launch {
  readonly program: readonly string[];
  readonly surroundings: ConfigSurroundings;
}

/**
 * Starts a supervisor that goes on by itself, and answers its pid. Fails with `config_invalid` before anything is
 * started. Flags with secrets are handed over in the environment: a command line can be read by everybody.
 */
export async function launchSupervisor({ program, surroundings }: Launch): Promise<number> {
  const { env, cwd } = surroundings;
  const { config } = loadConfig(surroundings);
  const paths = createDataDir(config.server.data_dir);
  const [file = "", ...words] = program;
  const { argv, variables } = commandLine({ ...surroundings.flags, "data-dir": paths.root });
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  // Only what the supervisor itself dies of: it writes its own records.
  const output = openSync(
    path.join(paths.logs, "harness-supervisor.log"),
    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW,
    0o600,
  );
  try {
    return await startDetached(
      { file, args: [...words, ...argv], cwd, env: { ...definedOf(env), ...variables } },
      output,
    );
  } finally {
    closeSync(output);
  }
}

/** Flags as the words of a command line; those that are secret as variables. */
export function commandLine(flags: ConfigSurroundings["flags"]): {
  argv: string[];
  variables: Record<string, string>;
} {
  const argv: string[] = [];
  const variables: Record<string, string> = {};
  const secret = new Map(
    configRows().flatMap(([key, row]) => (row.secret && row.flag ? [[row.flag, key]] : [])),
  );
  for (const [name, value] of Object.entries(flags)) {
    const key = secret.get(name);
    if (key !== undefined && typeof value === "string") variables[configVariable(key)] = value;
    else if (value === true) argv.push(`--${name}`);
    else
      for (const text of typeof value === "string" ? [value] : Array.isArray(value) ? value : [])
        argv.push(`--${name}`, text);
  }
  return { argv, variables };
}

/**
 * The variables of an environment that are settings: those a service file may hold, and the names of the secret ones,
 * which it may not.
 */
export function settingVariables(env: ConfigSurroundings["env"]): {
  plain: Record<string, string>;
  secret: string[];
} {
  const plain: Record<string, string> = {};
  const secret: string[] = [];
  for (const [key, row] of configRows())
    for (const name of [configVariable(key), row.vendorEnv ?? ""]) {
      const value = env[name];
      if (!value || row.type.fromText === null) continue;
      if (row.secret) secret.push(name);
      else plain[name] = value;
    }
  return { plain, secret };
}

/** Between two looks at a process that is not ours (milliseconds). */
const LOOK_MS = 50;

/** Waits until a look at the data directory is answered with something; undefined when that takes too long. */
export async function waitFor<T>(
  paths: DataDirPaths,
  limitMs: number,
  found: (running: Running) => T | undefined | Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await found(lookAt(paths));
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) return undefined;
    await sleep(LOOK_MS);
  }
}

/** Asks a supervisor or a server to stop; "now" ends running turns at once and queues their work again. */
export function askToStop(mark: ProcessMark, now: boolean): void {
  sendSignal(mark, now ? "SIGUSR2" : "SIGTERM");
}

/** Asks a supervisor to stop the server in order and start it again. */
export function askToRestart(mark: ProcessMark): void {
  sendSignal(mark, "SIGHUP");
}

/** Whether a process of this number runs, ours or not. */
export function isRunning(pid: number): boolean {
  return isAlive(markOf(pid));
}

/** Whether a process still lives. */
export function isAlive(mark: ProcessMark): boolean {
  return liveness(mark) === "alive";
}

function definedOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
