export { runCli } from "./run.ts";
export type { Input, Output, Surroundings } from "./surroundings.ts";
