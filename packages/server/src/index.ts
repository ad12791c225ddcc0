export type { AppOptions } from "./app.ts";
export { buildOpenApi } from "./http/index.ts";
export { type RunningServer, startServer } from "./start-server.ts";
export { runDoctor } from "./run-doctor.ts";
export { VERSION } from "./version.ts";
