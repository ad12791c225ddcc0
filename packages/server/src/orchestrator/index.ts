export { Orchestrator } from "./orchestrator.ts";
export type { Failpoint, OrchestratorDeps } from "./run.ts";
