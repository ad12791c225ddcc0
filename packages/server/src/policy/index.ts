export { decideAction, type PolicyAction, type PolicyDecision } from "./default-policy.ts";
export { createShellReader, type ShellReader } from "./shell/index.ts";
