import type { WriteTx } from "../events/index.ts";
import { findTask, runningAttempts, transition } from "../tasks/index.ts";
import { closeDead } from "./reconcile.ts";
import type { OrchestratorDeps } from "./run.ts";

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

/** A full disk is not the task's fault: the attempt it ended does not count. */
async function release(tx: WriteTx, id: string): Promise<void> {
  const task = await findTask(tx.db, id);
  if (task?.status !== "waiting" || task.block_reason?.code !== "storage_full") return;
  await transition(tx, task, { type: "unblock", by: "timer" }, "timer", {
    not_before: null,
    tries: Math.max(0, task.tries - 1),
  });
}
