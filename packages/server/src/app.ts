import { randomUUID } from "node:crypto";
import { realpathSync } from "node:fs";
import path from "node:path";
import { type Clock, createIdFactory, type Scope, systemClock } from "@harness/protocol";
import { buildAgents } from "./build-agents.ts";
import {
  type ConfigSurroundings,
  configSecrets,
  createDataDir,
  DataDirLock,
  loadConfig,
} from "./config/index.ts";
import { EventLog, Feeds } from "./events/index.ts";
import { GitRunner } from "./git/index.ts";
import {
  type Caller,
  createHandlers,
  doctor,
  type Invoker,
  OperationInvoker,
  type OperationsDeps,
  projectFile,
} from "./operations/index.ts";
import { type Failpoint, Orchestrator } from "./orchestrator/index.ts";
import { ProcessRunner } from "./process/index.ts";
import { createSandbox } from "./sandbox/index.ts";
import { childEnvironment, Redactor, readOrCreateToken } from "./secrets/index.ts";
import { openStorage } from "./storage/index.ts";
import { createLogger } from "./telemetry/index.ts";
import { VERSION } from "./version.ts";
import { Workspaces } from "./workspaces/index.ts";

/** What an app is started with. */
export interface AppOptions extends ConfigSurroundings {
  /** Receives one plain line for each thing an operator should see. */
  readonly stderr: (line: string) => void;
  readonly clock?: Clock;
  /** Called at named places where a test makes the server fail. The product passes none. */
  readonly failpoint?: Failpoint;
}

/** Variables of the server that commands of a project may have. */
const COMMAND_VARIABLES = [
  "PATH",
  "LANG",
  "LC_*",
  "TZ",
  "TMPDIR",
  "SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "npm_config_registry",
];

/** Everything of a server except its transports. */
export type App = Awaited<ReturnType<typeof createApp>>;

/**
 * Builds every box once. Nothing runs and nothing is claimed before `start`; `stop` drains and closes in the
 * opposite order. Throws before anything is half started: a wrong configuration, a locked data directory or a newer
 * database end here.
 */
export async function createApp(options: AppOptions) {
  const clock = options.clock ?? systemClock;
  const failpoint = options.failpoint ?? (() => undefined);
  const startedAt = clock.now();
  const loaded = loadConfig(options);
  const { config } = loaded;
  const paths = createDataDir(config.server.data_dir);
  const lock = DataDirLock.take(config.server.data_dir, clock);
  const token = config.server.api_token ?? readOrCreateToken(paths.token);
  const redactor = new Redactor();
  redactor.register("harness-token", token);
  for (const secret of configSecrets(config)) redactor.register(secret.label, secret.value);
  const runtimeLog = createLogger({
    dir: paths.logs,
    level: config.server.log_level,
    redact: redactor.redact,
    retentionDays: config.observe.log_retention_days,
    clock,
    terminal: options.stderr,
    terminalLevel: "warn",
  });
  const { logger } = runtimeLog;
  try {
    const storage = await openStorage({
      file: paths.database,
      databaseUrl: config.server.database_url ?? undefined,
      failpoint,
    });
    const log = await EventLog.open({ storage, clock, redact: (value) => redactor.redactDeep(value) });
    const feeds = await Feeds.open(log);
    const runner = new ProcessRunner({
      clock,
      ledgerDir: paths.processes,
      killGraceMs: config.limits.kill_grace_ms,
      logger,
      failpoint,
    });
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
    const workspaces = new Workspaces({
      git,
      dataDir: paths.root,
      clock,
      limits: {
        maxFileBytes: config.limits.max_snapshot_file_bytes,
        maxNewFiles: config.limits.max_snapshot_files,
      },
      failpoint,
    });
    const agents = buildAgents({
      config,
      runner,
      clock,
      dataDir: paths.root,
      home: options.home,
      env: options.env,
    });
    const newId = createIdFactory(() => clock.now());
    const orchestrator = new Orchestrator({
      log,
      storage,
      clock,
      newId,
      runner,
      sandbox,
      workspaces,
      agents,
      config,
      paths,
      redact: redactor.redact,
      redaction: () => redactor.createStream(),
      baseEnv: childEnvironment({ base: options.env, allow: COMMAND_VARIABLES, set: {} }),
      owner: randomUUID(),
      projectFile: (project, commit) => projectFile({ workspaces }, project.root, commit),
      failpoint,
      logger,
    });
    let loginCode: OperationsDeps["loginCode"] = () => ({
      url: "",
      expires_at: new Date(clock.now()).toISOString(),
    });
    const operations: OperationsDeps = {
      log,
      storage,
      clock,
      newId,
      config,
      orchestrator,
      workspaces,
      agents,
      sandbox,
      version: VERSION,
      startedAt,
      allowedRoots: allowedRoots(config.server.allowed_project_roots, options),
      loginCode: () => loginCode(),
      runtimeLogs: () => runtimeLog.state(),
      doctor: () => doctor({ loaded, git, sandbox, storage }),
      redact: redactor.redact,
      failpoint,
    };
    const invoker: Invoker = new OperationInvoker({ handlers: createHandlers(operations), logger });
    return {
      loaded,
      paths,
      token,
      logger,
      log,
      feeds,
      storage,
      invoker,
      operations,
      orchestrator,
      clock,
      /** The HTTP edge, once it exists, hands out login codes. */
      useLoginCodes: (make: OperationsDeps["loginCode"]) => {
        loginCode = make;
      },
      /** Closes what a dead server left, registers the configured projects and begins to work. */
      async start(): Promise<void> {
        await log.write((tx) =>
          tx.append({
            type: "server.started",
            actor: "harness",
            data: { pid: process.pid, version: VERSION, epoch: String(startedAt) },
          }),
        );
        await registerConfigured(invoker, loaded.config, options.stderr);
        await orchestrator.start();
      },
      /** Drains while the edges still answer, closes them, then closes everything below. To be called once. */
      async stop(reason = "stopped", closeEdges: () => Promise<void> = async () => {}): Promise<void> {
        await orchestrator.drain(config.server.drain_timeout_secs * 1000);
        await closeEdges();
        await log
          .write((tx) => tx.append({ type: "server.stopped", actor: "harness", data: { reason } }))
          .catch((error: unknown) => logger.warn({ err: error }, "the stop could not be recorded"));
        feeds.close();
        await log.close();
        await storage.close();
        runtimeLog.close();
        lock.release();
      },
    };
  } catch (error) {
    runtimeLog.close();
    lock.release();
    throw error;
  }
}

/** The operator's own calls: everything is allowed. */
export const operator: Caller = {
  scopes: new Set<Scope>(["open", "read", "submit", "operate"]),
  actor: "operator",
  via: "cli",
  request_id: "start",
};

/** Directories projects may lie in: configured, else the home directory and where the server was started. */
function allowedRoots(configured: readonly string[] | null, options: AppOptions): string[] {
  return (configured ?? [options.home, options.cwd]).flatMap((root) => {
    try {
      return [realpathSync(root)];
    } catch {
      return [];
    }
  });
}

/** Registers `[[projects]]`, `--project` and `project_root`. One that cannot be registered is said, not fatal. */
async function registerConfigured(
  invoker: Invoker,
  config: App["loaded"]["config"],
  stderr: (line: string) => void,
): Promise<void> {
  const entries = config.projects.map(({ name, review, ...entry }) => ({
    id: name,
    ...entry,
    ...(review ? { review } : {}),
  }));
  const root = config.server.project_root;
  const all =
    root !== null && !entries.some((entry) => entry.root === root) ? [...entries, { root }] : entries;
  for (const entry of all) {
    await invoker
      .invoke("project/create", entry, operator)
      .catch((error: unknown) =>
        stderr(
          `warn: project ${entry.root} is not registered: ${error instanceof Error ? error.message : String(error)}`,
        ),
      );
  }
}
