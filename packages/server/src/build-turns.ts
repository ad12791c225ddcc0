import type { Ground } from "./ground.ts";
import { ApprovalClock, Approver, LiveTurns, type TurnDeps } from "./turns/index.ts";

/** What turns run with, whoever they belong to: tasks and conversations share it. */
export function buildTurns(ground: Ground): {
  readonly turns: TurnDeps;
  readonly approver: Approver;
  readonly approvals: ApprovalClock;
} {
  const { config } = ground.loaded;
  const approver = new Approver({ ...ground, config });
  const turns: TurnDeps = {
    live: new LiveTurns(),
    approver,
    redaction: () => ground.redactor.createStream(),
    outputCap: config.limits.max_output_bytes,
    failpoint: ground.failpoint,
  };
  return { turns, approver, approvals: new ApprovalClock(ground) };
}
