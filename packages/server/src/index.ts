export { type AppOptions, createApp } from "./app.ts";
export { askOnce } from "./ask-once.ts";
export { buildOpenApi } from "./http/index.ts";
export { operator } from "./operator.ts";
export type { StdioStreams } from "./rpc/index.ts";
export { type RunningServer, startServer, startServing } from "./start-server.ts";
export type { StdioServer } from "./start-stdio.ts";
export { VERSION } from "./version.ts";
