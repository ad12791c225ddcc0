export { type AccountNoteDeps, noteAccount, refuseLogin } from "./account-notes.ts";
export { ApprovalClock, type ApprovalClockDeps } from "./approval-clock.ts";
export { Approver, type ApproverDeps } from "./approver.ts";
export { confine, modeLine, whileConfined } from "./confine.ts";
export { decideApproval } from "./decide-approval.ts";
export {
  type AskedTurn,
  driveTurn,
  type Failpoint,
  type TurnDeps,
  type TurnWatch,
} from "./drive-turn.ts";
export { type Instruction, readInstructions } from "./instructions.ts";
export { LiveTurns } from "./live-turns.ts";
export { withSettings } from "./policy-place.ts";
export { tellRefusedHosts } from "./refused-hosts.ts";
export { type SandboxWish, type SettledSandbox, settleSandbox } from "./settle-sandbox.ts";
export { costOf } from "./turn-cost.ts";
export { turnFacts } from "./turn-facts.ts";
export { hookAbout } from "./turn-hooks.ts";
export type { TurnPlace } from "./turn-place.ts";
export type { TurnWrite } from "./turn-recorder.ts";
export { TurnTokens } from "./turn-tokens.ts";
export { type AddedUse, type MeterOwner, UsageMeter } from "./usage-meter.ts";
export { waited } from "./waited.ts";
