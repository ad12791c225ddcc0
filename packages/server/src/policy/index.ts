export { decideAction, type PolicyAction, type PolicyDecision } from "./default-policy.ts";
