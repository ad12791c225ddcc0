export { type AppOptions, createApp, operator } from "./app.ts";
export { buildOpenApi } from "./http/index.ts";
export { runDoctor } from "./run-doctor.ts";
export { type RunningServer, startServer } from "./start-server.ts";
export { VERSION } from "./version.ts";
