import path from "node:path";
import { type Clock, createIdFactory, type NewId, systemClock } from "@harness/protocol";
import {
  type ConfigSurroundings,
  configSecrets,
  createDataDir,
  DataDirLock,
  type DataDirPaths,
  type LoadedConfig,
  loadConfig,
} from "./config/index.ts";
import { EventLog, Feeds } from "./events/index.ts";
import { GitRunner } from "./git/index.ts";
import { ProcessRunner } from "./process/index.ts";
import { createSandbox, type Sandbox } from "./sandbox/index.ts";
import { Redactor, readOrCreateToken } from "./secrets/index.ts";
import { DiskSpace, openStorage, Reserve, type Storage } from "./storage/index.ts";
import { runByOf } from "./supervisor/index.ts";
import { createLogger, type Logger, type RuntimeLog } from "./telemetry/index.ts";
import type { Failpoint } from "./turns/index.ts";

/** What an app is started with. */
export interface AppOptions extends ConfigSurroundings {
  /** Receives one plain line for each thing an operator should see. */
  readonly stderr: (line: string) => void;
  readonly clock?: Clock;
  /** A number from 0 up to but not including 1; the machine's own unless a test says which. */
  readonly random?: () => number;
  /** Called at named places where a test makes the server fail. The product passes none. */
  readonly failpoint?: Failpoint;
}

/** What knows nothing about tasks: settings, secrets, log, database, event log, processes, sandbox and git. */
export interface Ground {
  readonly loaded: LoadedConfig;
  readonly paths: DataDirPaths;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly failpoint: Failpoint;
  readonly token: string;
  readonly redactor: Redactor;
  readonly runtimeLog: RuntimeLog;
  readonly logger: Logger;
  readonly space: DiskSpace;
  readonly storage: Storage;
  readonly log: EventLog;
  readonly feeds: Feeds;
  readonly runner: ProcessRunner;
  readonly sandbox: Sandbox;
  readonly git: GitRunner;
  /** Closes everything; the data directory is free afterwards. */
  close(): Promise<void>;
}

/**
 * Opens the ground a server stands on. Throws before anything is half open: a wrong configuration, a locked data
 * directory or a newer database end here, and the lock is given back.
 */
export async function openGround(options: AppOptions): Promise<Ground> {
  const clock = options.clock ?? systemClock;
  const loaded = loadConfig(options);
  const paths = createDataDir(loaded.config.server.data_dir);
  const lock = DataDirLock.take(loaded.config.server.data_dir, clock);
  try {
    return await openLocked(options, { clock, loaded, paths, lock });
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface Locked {
  readonly clock: Clock;
  readonly loaded: LoadedConfig;
  readonly paths: DataDirPaths;
  readonly lock: DataDirLock;
}

async function openLocked(options: AppOptions, { clock, loaded, paths, lock }: Locked): Promise<Ground> {
  const { config } = loaded;
  const failpoint = options.failpoint ?? (() => undefined);
  const token = config.server.api_token ?? readOrCreateToken(paths.token);
  // Every secret is known to the redactor before the first line is logged.
  const redactor = new Redactor();
  redactor.register("harness-token", token);
  for (const secret of configSecrets(config)) redactor.register(secret.label, secret.value);
  const space = openSpace(loaded, paths, clock);
  const runtimeLog = openRuntimeLog(options, { clock, loaded, paths, redact: redactor.redact, space });
  const { logger } = runtimeLog;
  const databaseUrl = config.server.database_url ?? undefined;
  const storage = await openStorage({ file: paths.database, databaseUrl, failpoint }).catch(
    (error: unknown) => {
      runtimeLog.close();
      throw error;
    },
  );
  const log = await EventLog.open({
    storage,
    clock,
    redact: (value) => redactor.redactDeep(value),
    makeRoom: (error) => space.report(error),
    failpoint,
  });
  const feeds = await Feeds.open(log);
  const killGraceMs = config.limits.kill_grace_ms;
  const runner = new ProcessRunner({ clock, ledgerDir: paths.processes, killGraceMs, logger, failpoint });
  const sandbox = createSandbox({
    runner,
    choice: config.sandbox.driver,
    scratchDir: path.join(paths.root, "sandbox"),
  });
  const git = new GitRunner({
    runner,
    env: { PATH: options.env["PATH"] ?? "/usr/bin:/bin" },
    stateDir: path.join(paths.root, "git"),
  });
  return {
    loaded,
    paths,
    clock,
    newId: createIdFactory(() => clock.now()),
    failpoint,
    token,
    redactor,
    runtimeLog,
    logger,
    space,
    storage,
    log,
    feeds,
    runner,
    sandbox,
    git,
    async close() {
      feeds.close();
      await log.close();
      await storage.close();
      runtimeLog.close();
      lock.release();
    },
  };
}

function openRuntimeLog(
  options: AppOptions,
  ground: Omit<Locked, "lock"> & { redact: (text: string) => string; space: DiskSpace },
): RuntimeLog {
  const { config } = ground.loaded;
  return createLogger({
    dir: ground.paths.logs,
    level: config.server.log_level,
    redact: ground.redact,
    retentionDays: config.observe.log_retention_days,
    clock: ground.clock,
    terminal: options.stderr,
    maxBytes: config.observe.log_max_bytes,
    terminalLevel: terminalIsFile(options.env) ? "silent" : "warn",
    onLost: (error) => void ground.space.report(error),
  });
}

function openSpace({ config }: LoadedConfig, paths: DataDirPaths, clock: Clock): DiskSpace {
  const { min_free_bytes, reserve_bytes } = config.disk;
  const reserve = new Reserve({ file: paths.reserve, bytes: reserve_bytes });
  return new DiskSpace({ dir: paths.root, reserve, minFreeBytes: min_free_bytes, clock });
}

/** In the background the terminal is a file beside the log, which has every record already. */
function terminalIsFile(env: AppOptions["env"]): boolean {
  const by = runByOf(env);
  return by === "harness" || by === "launchd";
}
