export {
  admitTurn,
  beginProbe,
  clearProbes,
  countFailure,
  leaveProbe,
  noteSuccess,
} from "./account-breaker.ts";
export {
  accountsToWake,
  type BlockedAccount,
  blockedAccount,
  blockedAccounts,
  freeAccount,
  knownAccounts,
  nextWake,
  parkAccount,
  presentAccount,
  refusedLogins,
  stopAccount,
} from "./account-store.ts";
export { AcpAgent, type AcpAgentDeps } from "./acp/acp-agent.ts";
export { resolvedRules } from "./api/agents-md.ts";
export { ApiAgent, type ApiAgentDeps } from "./api/api-agent.ts";
export type { ApiEndpoint } from "./api/provider.ts";
export { boundedItem, shortened } from "./bounded-item.ts";
export { ClaudeAgent, type ClaudeAgentDeps } from "./claude/claude-agent.ts";
export { CodexAgent, type CodexAgentDeps } from "./codex/codex-agent.ts";
export { CommandAgent, type CommandAgentDeps } from "./command/command-agent.ts";
export { DeterministicAgent, type DeterministicAgentDeps } from "./deterministic/deterministic-agent.ts";
export type { HostEnvironment } from "./environment.ts";
export { findExecutable } from "./executable.ts";
export { loginAdvice } from "./login-advice.ts";
export { playedTurn } from "./played-turn.ts";
export type {
  Agent,
  AgentAction,
  AgentEvent,
  AgentItem,
  AgentItemKind,
  AgentProbe,
  AgentQuestion,
  AgentTurn,
  ApprovalAnswer,
  CannotReplay,
  FailureKind,
  LiveTurn,
  RawDirection,
  TurnOutcome,
  TurnStop,
  Usage,
} from "./port.ts";
export type { Recording } from "./recording.ts";
export { Recordings, type RecordingsDeps } from "./recordings.ts";
export { AgentRegistry, isUsable } from "./registry.ts";
export {
  type StepDifference,
  stepDifferences,
  stepsOfEvents,
  stepsOfLog,
  type TurnStep,
} from "./replay-difference.ts";
export type { SandboxSpec, WrapFunction, WrappedCommand } from "./sandbox-port.ts";
export { exampleTask } from "./scripted/example-task.ts";
export { isExamplePackage } from "./scripted/is-example.ts";
export { ScriptedAgent, type ScriptedAgentDeps } from "./scripted/scripted-agent.ts";
export { startScriptedModel } from "./scripted-model.ts";
export { executionStrategy, type StrategyAgent, withStrategy } from "./strategy.ts";
export type { RecordedRequest, ScenarioInput, ScriptedModel } from "./testing/index.ts";
export { demoScenario } from "./testing/scenarios/demo.ts";
export { turnDifferences } from "./turn-differences.ts";
export { TurnMark } from "./turn-marks.ts";
export { waysOut } from "./ways-out.ts";
