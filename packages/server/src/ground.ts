import path from "node:path";
import { type Clock, createIdFactory, type NewId, systemClock } from "@harness/protocol";
import {
  type ConfigSurroundings,
  configSecrets,
  createDataDir,
  DataDirLock,
  type DataDirPaths,
  handlesOf,
  type LoadedConfig,
  loadConfig,
} from "./config/index.ts";
import { EventLog, Feeds } from "./events/index.ts";
import { GitRunner } from "./git/index.ts";
import { Outbound } from "./outbound/index.ts";
import { ProcessRunner } from "./process/index.ts";
import { createSandbox, type RunLimits, type Sandbox } from "./sandbox/index.ts";
import { childEnvironment, Redactor, readOrCreateToken, replaceToken, Secrets } from "./secrets/index.ts";
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
  /** Keeps a new token of the install in its file; null where the settings name the token. */
  readonly keepToken: ((token: string) => void) | null;
  readonly redactor: Redactor;
  /** Reads the secrets of settings, each time one is used. */
  readonly secrets: Secrets;
  /** The way out to other machines. */
  readonly outbound: Outbound;
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
  // Every secret is known to the redactor before the first line is logged.
  const redactor = new Redactor();
  const { api_token } = config.server;
  if (api_token?.from === "text") redactor.register("harness-token", api_token.text);
  for (const secret of configSecrets(config)) redactor.register(secret.label, secret.value);
  const space = openSpace(loaded, paths, clock);
  const runtimeLog = openRuntimeLog(options, { clock, loaded, paths, redact: redactor.redact, space });
  const { logger } = runtimeLog;
  const killGraceMs = config.limits.kill_grace_ms;
  const runner = new ProcessRunner({ clock, ledgerDir: paths.processes, killGraceMs, logger, failpoint });
  const secrets = openSecrets(options, { redactor, runner });
  for (const { label, source } of handlesOf(config)) await secrets.know(label, source);
  const { token, storage } = await openLockedWith(secrets, { config, paths, failpoint, redactor }).catch(
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
  const sandbox = createSandbox({
    runner,
    choice: config.sandbox.driver,
    scratchDir: path.join(paths.root, "sandbox"),
    image: config.sandbox.image,
    path: options.env["PATH"] ?? "",
    limits: runLimits(config),
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
    keepToken: config.server.api_token === null ? (next) => replaceToken(paths.token, next) : null,
    redactor,
    secrets,
    outbound: new Outbound({ privateHosts: config.egress.private_hosts }),
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

/** What the server itself needs secrets for: the token that opens its door, and its database. */
async function openLockedWith(
  secrets: Secrets,
  {
    config,
    paths,
    failpoint,
    redactor,
  }: Pick<Ground, "paths" | "failpoint" | "redactor"> & Pick<LoadedConfig, "config">,
): Promise<Pick<Ground, "token" | "storage">> {
  const { api_token, database_url } = config.server;
  const token =
    api_token === null
      ? readOrCreateToken(paths.token)
      : await secrets.read("server.api_token", api_token, tokenForm);
  redactor.register("harness-token", token);
  const databaseUrl =
    database_url === null ? undefined : await secrets.read("server.database_url", database_url, databaseForm);
  return { token, storage: await openStorage({ file: paths.database, databaseUrl, failpoint }) };
}

const tokenForm = {
  test: (value: string) => /^[\x21-\x7e]{16,512}$/.test(value),
  expected: "16 to 512 visible ASCII characters",
};
const databaseForm = {
  test: (value: string) => /^postgres(ql)?:\/\/\S+$/.test(value),
  expected: "a postgres:// address",
};

/** Variables a program that gives a secret may have: those that lead to the operator's own stores of them. */
const STORE_VARIABLES = [
  "PATH",
  "HOME",
  "USER",
  "LANG",
  "LC_*",
  "TZ",
  "XDG_*",
  "DBUS_SESSION_BUS_ADDRESS",
  "GNUPGHOME",
  "GPG_TTY",
  "SSH_AUTH_SOCK",
  "PASSWORD_STORE_DIR",
  "OP_*",
  "VAULT_*",
  "AWS_*",
];

function openSecrets(
  { env, home }: AppOptions,
  { redactor, runner }: Pick<Ground, "redactor" | "runner">,
): Secrets {
  const allowed = childEnvironment({ base: env, allow: STORE_VARIABLES, set: {} });
  return new Secrets({
    env,
    home,
    redactor,
    run: async ([file = "", ...args], { timeoutMs, mostBytes }) => {
      const ended = await runner.run({
        file,
        args,
        cwd: home,
        env: allowed,
        cookie: "secret",
        totalTimeoutMs: timeoutMs,
        outputCapBytes: mostBytes,
      });
      const { exitCode, reason, stdout } = ended;
      return { exitCode, reason, stdout: stdout.text, cutBytes: stdout.cutBytes };
    },
  });
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

function runLimits({ sandbox: { limits } }: LoadedConfig["config"]): RunLimits {
  return {
    processes: limits.processes,
    memoryBytes: limits.memory_bytes,
    cpuSecs: limits.cpu_secs,
    diskBytes: limits.disk_bytes,
    tmpBytes: limits.tmp_bytes,
  };
}
