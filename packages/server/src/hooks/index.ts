export type { HookAbout, HookMessage, HookTool } from "./hook-message.ts";
export { type HookDecision, Hooks, type HooksDeps, type TurnFacts } from "./hooks.ts";
