import { type OperationName, operations, type Params, type Result } from "@harness/protocol";
import type { Context } from "./command.ts";
import type { Connection } from "./connection.ts";
import { CommandFailure } from "./failure.ts";
import type { Surroundings } from "./surroundings.ts";

/** A server inside this process. */
export interface OwnServer {
  readonly url: string;
  readonly token: string;
  /** How long `stop` lets running turns finish. */
  readonly drainMs: number;
  /** Drains, then closes everything. */
  stop(): Promise<void>;
}

/**
 * Starts the server in this process. It is loaded here and nowhere else, so that commands that only talk to a
 * running server start fast.
 */
export async function startOwnServer(
  context: Pick<Context, "surroundings">,
  flags: Readonly<Record<string, unknown>>,
): Promise<OwnServer> {
  const { startServer } = await import("@harness/server");
  const server = await startServer(serverOptions(context.surroundings, flags));
  return {
    url: server.url,
    token: server.token,
    drainMs: server.config.server.drain_timeout_secs * 1000,
    stop: () => server.stop(),
  };
}

/**
 * The operations without a server: an app on the data directory that is never started, so no queued task runs
 * because somebody asked a question. It has no streams.
 */
export async function openQuietly({
  surroundings,
  dataDir,
}: Pick<Context, "surroundings" | "dataDir">): Promise<Connection> {
  const { createApp, operator } = await import("@harness/server");
  const flags = { "log-level": "error", ...(dataDir === undefined ? {} : { "data-dir": dataDir }) };
  const app = await createApp(serverOptions(surroundings, flags));
  return {
    client: {
      call: async <N extends OperationName>(name: N, params: Params<N>) =>
        operations[name].result.parse(await app.invoker.invoke(name, params, operator)) as Result<N>,
      stream: () => {
        throw new CommandFailure("no_server", "Streams need a running server.");
      },
    },
    url: "",
    own: true,
    [Symbol.asyncDispose]: () => app.stop("the command ended"),
  };
}

/** What the server is given of our surroundings. */
function serverOptions(surroundings: Surroundings, flags: Readonly<Record<string, unknown>>) {
  const { env, cwd, home, stderr } = surroundings;
  return {
    flags: flags as Record<string, string | boolean | readonly string[] | undefined>,
    env,
    cwd,
    home,
    platform: process.platform,
    stderr: (line: string) => void stderr.write(`${line}\n`),
  };
}
