import type { WriteTx } from "../events/index.ts";
import { findTask, runningAttempts, type TaskRecord, transition } from "../tasks/index.ts";
import { closeDead } from "./reconcile.ts";
import type { OrchestratorDeps } from "./run.ts";
import { SPACE_MESSAGE } from "./space-wait.ts";

/** Attempts a full disk may end before a person has to look. */
const PAUSE_LIMIT = 3;

/** There is room again: attempts whose end could not be stored are closed, and tasks that waited for room are queued. */
export async function goOnWithSpace(
  deps: OrchestratorDeps,
  isLive: (attemptId: string) => boolean,
): Promise<void> {
  const dead = (await runningAttempts(deps.storage.reader)).filter((attempt) => !isLive(attempt.id));
  for (const attempt of dead) await deps.runner.killCookie(attempt.id);
  await closeDead(deps, dead, "disk was full");
  const waiting = await deps.storage.reader
    .selectFrom("tasks")
    .select("id")
    .where("status", "=", "waiting")
    .where("block_reason", "like", '%"storage_full"%')
    .execute();
  for (const { id } of waiting) await deps.log.write((tx) => release(tx, id));
}

/**
 * A full disk is not the task's fault: the attempt it ended does not count. A task that met one again and again, although
 * there was room in between, may need more than there ever is: a person looks at it.
 */
async function release(tx: WriteTx, id: string): Promise<void> {
  const task = await findTask(tx.db, id);
  const reason = task?.block_reason;
  if (task?.status !== "waiting" || reason?.code !== "storage_full" || reason.needs !== "timer") return;
  const pauses = await pausesOf(tx, task);
  if (pauses < PAUSE_LIMIT) {
    const tries = Math.max(0, task.tries - 1);
    await transition(tx, task, { type: "unblock", by: "timer" }, "timer", { not_before: null, tries });
    return;
  }
  const message = `It found the disk full ${pauses} times, although there was room each time it began: it may need more than is free. Free space, then let it go on.`;
  const unblock = ["harness disk", `harness task unblock ${id}`, `harness task cancel ${id}`];
  await transition(
    tx,
    task,
    { type: "wait", reason: { ...reason, message, needs: "person", unblock } },
    "timer",
  );
}

async function pausesOf(tx: WriteTx, task: TaskRecord): Promise<number> {
  const rows = await tx.db
    .selectFrom("attempts")
    .select("id")
    .where("task_id", "=", task.id)
    .where("number", ">=", task.inherit_from)
    .where("reason", "like", `${SPACE_MESSAGE}%`)
    .execute();
  return rows.length;
}
