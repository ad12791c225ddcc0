export {
  type KeptProgram,
  type OwnProgram,
  type ProgramEnd,
  startDetached,
  startKept,
} from "./kept.ts";
export { type ClockLimits, LimitClocks } from "./limit-clocks.ts";
export { LineSplitter } from "./line-splitter.ts";
export { ProcessRunner, type ProcessRunnerDeps } from "./runner.ts";
export type {
  CapturedOutput,
  EndReason,
  KillReason,
  LimitReached,
  OutputStream,
  ProcessLogger,
  ProcessOutcome,
  ReapedProcess,
  ResourceLimits,
  RunningProcess,
  SpawnSpec,
} from "./types.ts";
