export { wakeAccount } from "./account-waits.ts";
export { discardEffect, type LetGo, letGo } from "./discard.ts";
export { Limits } from "./limits.ts";
export { Orchestrator } from "./orchestrator.ts";
export type { OrchestratorDeps } from "./run.ts";
