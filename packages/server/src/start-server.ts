import { renameSync, rmSync, writeFileSync } from "node:fs";
import { idPattern } from "@harness/protocol";
import { type App, type AppOptions, createApp } from "./app.ts";
import type { Config } from "./config/index.ts";
import { createHttpServer } from "./http/index.ts";
import { getProject } from "./projects/index.ts";
import { runByOf } from "./supervisor/index.ts";
import { findTask } from "./tasks/index.ts";

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
  const app = await createApp(options);
  const { server } = app.loaded.config;
  for (const warning of app.loaded.warnings) options.stderr(`warn: ${warning.message}`);
  try {
    const http = await createHttpServer({
      invoker: app.invoker,
      feeds: app.feeds,
      token: app.token,
      clock: app.clock,
      version: app.operations.version,
      config: server,
      taskState: async (id) => {
        const task = await findTask(app.storage.reader, id);
        return task && { status: task.status, live: task.current_attempt_id !== null };
      },
      projectId: async (key) =>
        // The events of a project that was removed are still there under its id.
        idPattern("project").test(key) ? key : (await getProject(app.storage.reader, key)).id,
      ready: async () => isReady(app),
      logger: app.logger,
      redact: app.operations.redact,
    });
    app.useLoginCodes(() => http.loginUrl());
    const { url } = await http.listen({ host: server.host, port: server.port });
    app.useAddress(url);
    writeServerFile(app.paths.server, {
      url,
      pid: process.pid,
      started_at: new Date(app.operations.startedAt).toISOString(),
      run_by: runByOf(options.env),
    });
    options.stderr(`Harness is listening on ${url}`);
    await app.start();
    let stopping: Promise<void> | undefined;
    const hurry = new AbortController();
    return {
      url,
      token: app.token,
      config: app.loaded.config,
      loginUrl: () => http.loginUrl().url,
      stop: (reason = "stopped") => {
        stopping ??= (async () => {
          await app.stop(reason, () => http.close(), hurry.signal);
          rmSync(app.paths.server, { force: true });
        })();
        return stopping;
      },
      hurry: () => hurry.abort(),
    };
  } catch (error) {
    await app.stop("could not start").catch(() => {});
    throw error;
  }
}

/** Clients find the server through this file; it appears whole or not at all. */
function writeServerFile(file: string, content: object): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Whether work may be sent here, as `/readyz` says: nothing is being stopped, there is room, and the last write went through. */
export function isReady({ orchestrator, space, log }: Pick<App, "orchestrator" | "space" | "log">): boolean {
  return !orchestrator.draining && space.fullSince === undefined && log.failure === undefined;
}
