export { type AppOptions, createApp, operator } from "./app.ts";
export { askOnce } from "./ask-once.ts";
export { buildOpenApi } from "./http/index.ts";
export { type RunningServer, startServer } from "./start-server.ts";
export { VERSION } from "./version.ts";
