import { Recordings } from "./agents/index.ts";
import type { Ground } from "./ground.ts";
import { ApprovalClock, Approver, LiveTurns, type TurnDeps } from "./turns/index.ts";
import { VERSION } from "./version.ts";

/** What turns run with, whoever they belong to: tasks and conversations share it. */
export function buildTurns(ground: Ground): {
  readonly turns: TurnDeps;
  readonly approver: Approver;
  readonly approvals: ApprovalClock;
  readonly recordings: Recordings;
} {
  const { config } = ground.loaded;
  const { redactor, paths } = ground;
  const recordings = new Recordings({
    ...ground,
    folder: paths.recordings,
    redact: redactor.redact,
    redaction: () => redactor.createStream(),
    version: VERSION,
    enabled: config.disk.recordings_days > 0,
  });
  const approver = new Approver({ ...ground, config });
  const turns: TurnDeps = {
    live: new LiveTurns(),
    approver,
    recordings,
    redaction: () => redactor.createStream(),
    outputCap: config.limits.max_output_bytes,
    failpoint: ground.failpoint,
  };
  return { turns, approver, approvals: new ApprovalClock(ground), recordings };
}
