import type { App } from "./app.ts";
import { buildRpc } from "./build-rpc.ts";
import type { Config } from "./config/index.ts";
import { operator } from "./operator.ts";
import { StdioConnection, type StdioStreams } from "./rpc/index.ts";
import { stopOnce } from "./stop-once.ts";

/** A server that talks with the program that started it, and listens nowhere. */
export interface StdioServer {
  readonly url: null;
  readonly config: Config;
  /** Resolves when the other side is done, with what it did. */
  readonly ended: Promise<string>;
  stop(reason?: string): Promise<void>;
  hurry(): void;
}

/** Begins to work, then to answer on the streams. `stopped` is called when nothing runs any more. */
export async function startStdio(app: App, streams: StdioStreams, stopped: () => void): Promise<StdioServer> {
  const connection = new StdioConnection(
    buildRpc(app),
    { scopes: operator.scopes, actor: "person" },
    streams,
  );
  await app.start();
  return {
    url: null,
    config: app.loaded.config,
    ended: connection.serve(),
    ...stopOnce(app, async () => connection.close(), stopped),
  };
}
