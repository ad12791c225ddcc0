import { renameSync, rmSync, writeFileSync } from "node:fs";
import { type App, type AppOptions, createApp } from "./app.ts";
import { buildRpc, projectIdOf } from "./build-rpc.ts";
import type { Config } from "./config/index.ts";
import { dashboardFolder } from "./dashboard-folder.ts";
import { createHttpServer, type HttpServerDeps } from "./http/index.ts";
import type { McpEndpoint } from "./mcp/index.ts";
import { planStateOfThread, sessionThread, taskAbout } from "./operations/index.ts";
import type { StdioStreams } from "./rpc/index.ts";
import { type StdioServer, startStdio } from "./start-stdio.ts";
import { stopOnce } from "./stop-once.ts";
import { runByOf } from "./supervisor/index.ts";
import { findTask } from "./tasks/index.ts";
import { takeConsole } from "./telemetry/index.ts";
import { findThread } from "./threads/index.ts";

/** A server that accepts requests. */
export interface RunningServer {
  readonly url: string;
  readonly token: string;
  readonly config: Config;
  /** A login URL for a browser, good once and for two minutes. */
  loginUrl(): string;
  /** Refuses new work, lets running attempts end or queues them again, and closes. Safe to call more than once. */
  stop(reason?: string): Promise<void>;
  /** Ends the wait of a stop: running attempts are queued again at once. */
  hurry(): void;
}

/**
 * Starts the whole server: builds the app, listens, tells where (`server.json` in the data directory, mode 0600) and
 * then begins to work. Throws when it cannot start; nothing is left open then.
 */
export async function startServer(options: AppOptions): Promise<RunningServer> {
  return withApp(options, async (app) => {
    if (app.loaded.config.server.transport === "stdio")
      options.stderr('warn: server.transport = "stdio" is for harness serve alone; this server speaks HTTP.');
    return startHttp(app, options);
  });
}

/**
 * Starts the server with the transport its settings name. With `stdio` it listens on no address, and talks JSON-RPC
 * over the streams until the other side is done.
 */
export async function startServing(
  options: AppOptions,
  streams: StdioStreams,
): Promise<RunningServer | StdioServer> {
  return withApp<RunningServer | StdioServer>(options, (app) =>
    app.loaded.config.server.transport === "stdio"
      ? startQuietly(app, options, streams)
      : startHttp(app, options),
  );
}

/** Clients that look for the server find that it has no address. */
async function startQuietly(app: App, options: AppOptions, streams: StdioStreams): Promise<StdioServer> {
  tellWhere(app, options, null);
  return startStdio(app, streams, () => rmSync(app.paths.server, { force: true }));
}

/** Builds the app and starts it; one that cannot be started is closed again. */
async function withApp<T extends Pick<RunningServer, "stop">>(
  options: AppOptions,
  start: (app: App) => Promise<T>,
): Promise<T> {
  const app = await createApp(options);
  const held = takeConsole(app.logger);
  for (const warning of app.loaded.warnings) options.stderr(`warn: ${warning.message}`);
  if (app.loaded.config.sandbox.driver === "none")
    options.stderr(
      'warn: sandbox.driver = "none": agents and commands run unconfined, with all your rights. Remove it to confine them.',
    );
  try {
    const server = await start(app);
    const stop = (reason?: string) => server.stop(reason).finally(() => held[Symbol.dispose]());
    return { ...server, stop };
  } catch (error) {
    await app.stop("could not start").catch(() => {});
    held[Symbol.dispose]();
    throw error;
  }
}

/** Listens with an app that was built, tells where, and begins to work. */
export async function startHttp(app: App, options: AppOptions): Promise<RunningServer> {
  const { server } = app.loaded.config;
  const mcp = new LateMcp(app);
  const http = await createHttpServer(edgeOf(app, () => mcp.opened()));
  app.useEdge({ loginCode: () => http.loginUrl(), clients: () => http.clients() });
  const { url } = await http.listen({ host: server.host, port: server.port });
  app.useAddress(url);
  tellWhere(app, options, url);
  options.stderr(`Harness is listening on ${url}`);
  await app.start();
  return {
    url,
    token: app.token,
    config: app.loaded.config,
    loginUrl: () => http.loginUrl().url,
    ...stopOnce(
      app,
      async () => {
        await mcp.close();
        await http.close();
      },
      () => rmSync(app.paths.server, { force: true }),
    ),
  };
}

/** What the HTTP edge is built from. */
function edgeOf(app: App, mcp: () => Promise<McpEndpoint>): HttpServerDeps {
  const { server } = app.loaded.config;
  const { reader } = app.storage;
  return {
    invoker: app.invoker,
    rpc: buildRpc(app),
    feeds: app.feeds,
    credentials: app.credentials,
    dashboard: dashboardFolder(),
    clock: app.clock,
    version: app.operations.version,
    config: server,
    taskState: async (id) => {
      const task = await findTask(reader, id);
      return task && { status: task.status, live: task.current_attempt_id !== null };
    },
    sessionThreadId: async (session) => (await sessionThread(app, session)).id,
    planState: (threadId) => planStateOfThread(app, threadId),
    taskAbout: (id) => taskAbout(reader, id),
    hasThread: async (id) => (await findThread(reader, id)) !== undefined,
    projectId: projectIdOf(app),
    ready: async () => isReady(app),
    mcp,
    logger: app.logger,
    ...(server.access_log ? { accessLog: (record) => app.logger.info(record, "request") } : {}),
    redact: app.operations.redact,
  };
}

/** What answers agent hosts. The library of the protocol is loaded when the first host comes: most servers never see one. */
class LateMcp {
  readonly #app: App;
  #opened: Promise<McpEndpoint> | undefined;

  constructor(app: App) {
    this.#app = app;
  }

  opened(): Promise<McpEndpoint> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  async close(): Promise<void> {
    await (await this.#opened)?.close();
  }

  async #open(): Promise<McpEndpoint> {
    const mcp = await import("./mcp/index.ts");
    const { invoker, feeds, newId, clock, logger } = this.#app;
    const { version } = this.#app.operations;
    const limits = this.#app.loaded.config.mcp;
    return new mcp.McpEndpoint({ invoker, feeds, newId, clock, logger, version, limits });
  }
}

/** Clients find the server through this file; it appears whole or not at all. */
function tellWhere(app: App, options: AppOptions, url: string | null): void {
  const file = app.paths.server;
  const started_at = new Date(app.operations.startedAt).toISOString();
  const content = { url, pid: process.pid, started_at, run_by: runByOf(options.env) };
  writeFileSync(`${file}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Whether work may be sent here, as `/readyz` says: nothing is being stopped, there is room, and the last write went through. */
export function isReady({ orchestrator, space, log }: Pick<App, "orchestrator" | "space" | "log">): boolean {
  return !orchestrator.draining && space.fullSince === undefined && log.failure === undefined;
}
