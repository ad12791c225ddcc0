export type {
  Agent,
  AgentAction,
  AgentEvent,
  AgentItem,
  AgentItemKind,
  AgentProbe,
  AgentTurn,
  ApprovalAnswer,
  FailureKind,
  TurnOutcome,
  Usage,
} from "./port.ts";
export { AgentRegistry } from "./registry.ts";
export type { SandboxSpec, WrapFunction, WrappedCommand } from "./sandbox-port.ts";
