import type { Approval, NewId } from "@harness/protocol";
import { type Decision, decide } from "../approvals/index.ts";
import type { WriteTx } from "../events/index.ts";
import { findTask, transition } from "../tasks/index.ts";

/** Answers a question, and lets the task go on that waits for it without a process. Throws as `decide` does. */
export async function decideApproval(
  tx: WriteTx,
  id: string,
  decision: Decision,
  newId: NewId,
): Promise<Approval> {
  const approval = await decide(tx, id, decision, newId);
  const task = approval.task_id === null ? undefined : await findTask(tx.db, approval.task_id);
  if (task?.status === "waiting" && task.block_reason?.code === "approval")
    await transition(tx, task, { type: "unblock", by: `approval ${id}` }, decision.by, { not_before: null });
  return approval;
}
