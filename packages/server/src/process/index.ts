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
