import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { HarnessError } from "@harness/protocol";

/** Where things are in a data directory. */
export interface DataDirPaths {
  readonly root: string;
  /** The token clients send, mode 0600. */
  readonly token: string;
  /** Address and process of the running server, mode 0600. */
  readonly server: string;
  /** Directory of the ownership records, see `lockDataDir`. */
  readonly lock: string;
  /** The supervisor of the server that runs in the background, mode 0600. */
  readonly supervisor: string;
  /** Directory of the records of who supervises the server. */
  readonly supervisorLock: string;
  readonly database: string;
  readonly logs: string;
  /** Bare repositories, one a project. */
  readonly mirrors: string;
  readonly workspaces: string;
  /** Records of running child processes. */
  readonly processes: string;
  /** Dependency caches shared by attempts. */
  readonly cache: string;
  /** Large outputs kept as files. */
  readonly outputs: string;
  /** The raw traffic of turns, one file each, mode 0600. */
  readonly recordings: string;
  /** Conversations and homes of agents. */
  readonly agents: string;
  /** The repository of the example project. */
  readonly example: string;
  /** Room kept for a full disk, mode 0600. */
  readonly reserve: string;
}

/** The places in a data directory; touches no disk. */
export function dataDirPaths(dataDir: string): DataDirPaths {
  const at = (name: string) => path.join(dataDir, name);
  return {
    root: dataDir,
    token: at("token"),
    server: at("server.json"),
    lock: at("lock"),
    supervisor: at("supervisor.json"),
    supervisorLock: at("supervisor-lock"),
    database: at("harness.db"),
    logs: at("logs"),
    mirrors: at("mirrors"),
    workspaces: at("workspaces"),
    processes: at("processes"),
    cache: at("cache"),
    outputs: at("outputs"),
    recordings: at("recordings"),
    agents: at("agents"),
    example: at("example"),
    reserve: at("reserve"),
  };
}

/**
 * Creates the data directory and its folders with mode 0700. A directory that exists and belongs to another user,
 * or that others can read and that is not ours, is `config_invalid`: Harness does not change the rights of a
 * directory somebody uses for something else.
 */
export function createDataDir(dataDir: string): DataDirPaths {
  const paths = dataDirPaths(dataDir);
  try {
    makeFolders(dataDir);
    secure(dataDir);
    for (const folder of [
      paths.lock,
      paths.logs,
      paths.mirrors,
      paths.workspaces,
      paths.processes,
      paths.cache,
      paths.outputs,
      paths.recordings,
    ]) {
      makeFolders(folder);
      if (!lstatSync(folder).isDirectory())
        throw new HarnessError("config_invalid", `${folder} is not a directory. Move it away.`);
      chmodSync(folder, 0o700);
    }
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HarnessError(
      "config_invalid",
      `The data directory ${dataDir} cannot be used: ${reason}. Choose another with --data-dir.`,
      { field: "server.data_dir", got: dataDir },
      { cause },
    );
  }
  return paths;
}

/** Makes a folder and those above it. Node's own `recursive` never returns below /proc, where nothing can be made. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolders(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

function secure(dataDir: string): void {
  const stat = statSync(dataDir);
  const user = process.getuid?.();
  const details = { field: "server.data_dir", got: dataDir };
  if (user !== undefined && stat.uid !== user)
    throw new HarnessError(
      "config_invalid",
      `The data directory ${dataDir} belongs to another user. Choose another with --data-dir.`,
      details,
    );
  if (process.platform === "win32" || (stat.mode & 0o077) === 0) return;
  const names = readdirSync(dataDir);
  if (names.length > 0 && !names.includes("lock"))
    throw new HarnessError(
      "config_invalid",
      `The directory ${dataDir} is used for something else and others can enter it. ` +
        `Choose another with --data-dir, or run: chmod 700 ${dataDir}`,
      details,
    );
  chmodSync(dataDir, 0o700);
}
