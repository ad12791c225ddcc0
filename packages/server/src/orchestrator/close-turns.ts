import { leaveProbe } from "../agents/index.ts";
import type { WriteTx } from "../events/index.ts";
import { patchTask, scopeOf, type TaskRecord } from "../tasks/index.ts";
import { closeTurnsOf } from "../threads/index.ts";
import type { OrchestratorDeps } from "./run.ts";

/** Closes the turns an attempt left open. What a turn that was cut short had cost is not known beyond its last report. */
export async function closeTurns(
  { limits }: Pick<OrchestratorDeps, "limits">,
  tx: WriteTx,
  task: TaskRecord,
  end: {
    readonly attemptId: string;
    readonly message: string;
    /** Last sign of life of an attempt a dead server left; now when absent. */
    readonly ranUntil?: number;
  },
): Promise<void> {
  const failure = { code: "crashed", message: end.message };
  const turns = await closeTurnsOf(tx, end.attemptId, failure);
  for (const turn_id of turns)
    await tx.append({
      ...scopeOf(task, "harness"),
      turn_id,
      type: "turn.ended",
      data: { status: "failed", failure, usage: null },
    });
  if (turns.length === 0) return;
  await leaveProbe(tx, turns);
  const at = end.ranUntil ?? tx.now;
  for (const turn_id of turns) await limits.turns.cutShort(tx, turn_id, at);
  await patchTask(tx, task.id, { cost_unknown: 1 });
}
