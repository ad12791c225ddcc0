import { HarnessError, type TaskRating } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import { isTerminal } from "./lifecycle.ts";
import type { TaskRecord } from "./task-row.ts";
import { patchTask, scopeOf } from "./task-store.ts";

/**
 * Gives a task that has not ended another priority: the next claim counts with it. The same one again is no news.
 * Throws `illegal_transition` for a task that has ended.
 */
export async function prioritize(
  tx: WriteTx,
  task: TaskRecord,
  priority: number,
  actor: string,
): Promise<void> {
  if (isTerminal(task.status))
    throw new HarnessError(
      "illegal_transition",
      `Cannot prioritize task ${task.id}: it is ${task.status}, so nothing of it waits for its turn. Retry or revise it first.`,
      { got: task.status },
    );
  if (priority === task.priority) return;
  await patchTask(tx, task.id, { priority });
  const data = { from: task.priority, to: priority };
  await tx.append({ ...scopeOf(task, actor), type: "task.prioritized", data });
}

/** Keeps what a person thought of a task in place of what was said before; null takes that back. */
export async function rate(
  tx: WriteTx,
  task: TaskRecord,
  said: { readonly value: TaskRating["value"]; readonly comment: string | null } | null,
  actor: string,
): Promise<TaskRating | null> {
  if (said === null && task.rating === null) return null;
  const at = new Date(tx.now).toISOString();
  const rating = said && tx.redact({ ...said, by: actor, at });
  await tx.db
    .updateTable("tasks")
    .set({ rating: rating?.value ?? null, rating_note: rating && JSON.stringify(rating) })
    .where("id", "=", task.id)
    .execute();
  await tx.append({ ...scopeOf(task, actor), type: "task.rated", data: { rating } });
  return rating;
}
