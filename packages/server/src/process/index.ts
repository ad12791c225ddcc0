export {
  type KeptProgram,
  type OwnProgram,
  type ProgramEnd,
  startDetached,
  startKept,
} from "./kept.ts";
export { type ClockLimits, LimitClocks } from "./limit-clocks.ts";
export { ProcessRunner, type ProcessRunnerDeps } from "./runner.ts";
export type {
  CapturedOutput,
  EndReason,
  KillReason,
  OutputStream,
  ProcessLogger,
  ProcessOutcome,
  ReapedProcess,
  RunningProcess,
  SpawnSpec,
} from "./types.ts";
