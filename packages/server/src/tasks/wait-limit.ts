import type { BlockReason } from "@harness/protocol";
import { z } from "zod";
import type { TasksTable, Tx } from "../storage/index.ts";
import type { TaskCommand } from "./lifecycle.ts";
import { parseTaskRow, type TaskRecord } from "./task-row.ts";

/** What a task waits or last waited for, since when, and the work it had when that began. */
const WaitCause = z.object({ cause: z.string(), since: z.number(), head_sha: z.string().nullable() });
type WaitCause = z.infer<typeof WaitCause>;

/** A wait with its limit: the reason as it is shown, and what the task remembers of it. */
interface LimitedWait {
  readonly reason: BlockReason;
  readonly cause: WaitCause;
}

/**
 * Gives a wait its total time limit. A wait for the same cause as the one before goes on counting from where that
 * one began: a timer that ends it, a try that finds nothing changed and a new wait are one long wait. It begins anew
 * when the task has new work since (another snapshot), when the cause is another, and when a person let it go on.
 * Waiting for a dependency and for a failed dependency to be retried is one cause.
 */
export function limitWait(
  task: Pick<TaskRecord, "wait_cause" | "head_sha" | "limits">,
  reason: BlockReason,
  now: number,
): LimitedWait {
  const cause = causeOf(reason);
  const before = task.wait_cause === null ? undefined : WaitCause.parse(JSON.parse(task.wait_cause));
  const same = before !== undefined && before.cause === cause && before.head_sha === task.head_sha;
  const since = same ? before.since : now;
  return {
    reason: {
      ...reason,
      since: new Date(since).toISOString(),
      expires_at: new Date(since + task.limits.max_wait_ms).toISOString(),
    },
    cause: { cause, since, head_sha: task.head_sha },
  };
}

/** The columns of a new row that waits from the start. */
export function limitNewWait(row: TasksTable, now: number): TasksTable {
  const task = parseTaskRow(row);
  if (task.block_reason === null) return row;
  const { reason, cause } = limitWait(task, task.block_reason, now);
  return { ...row, ...columnsOf({ reason, cause }) };
}

/** What a transition does to the memory of waiting: a wait writes it, a person's decision and the end forget it. */
export function waitCause(
  command: TaskCommand["type"],
  wait: LimitedWait | null,
): Pick<Partial<TasksTable>, "wait_cause"> {
  if (wait) return { wait_cause: JSON.stringify(wait.cause) };
  return ["accept", "retry", "revise", "finish", "cancel"].includes(command) ? { wait_cause: null } : {};
}

/**
 * The columns that limit the waits of tasks an older version stored: they count from now, so that an upgrade ends
 * no wait at once. At most `limit` tasks; ids not in the answer have a limit already.
 */
export async function unlimitedWaits(
  db: Tx,
  now: number,
  limit: number,
): Promise<{ readonly id: string; readonly patch: Partial<TasksTable> }[]> {
  const rows = await db
    .selectFrom("tasks")
    .selectAll()
    .where("status", "=", "waiting")
    .where("wait_expires_at", "is", null)
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(parseTaskRow).flatMap((task) => {
    if (task.block_reason === null) return [];
    const { reason, cause } = limitWait(task, task.block_reason, now);
    const patch = columnsOf({ reason: { ...reason, since: task.block_reason.since }, cause });
    return [{ id: task.id, patch }];
  });
}

function columnsOf({ reason, cause }: LimitedWait) {
  return {
    block_reason: JSON.stringify(reason),
    wait_cause: JSON.stringify(cause),
    wait_expires_at: reason.expires_at ? Date.parse(reason.expires_at) : null,
  };
}

function causeOf(reason: BlockReason): string {
  return reason.code.startsWith("dependency")
    ? "dependency"
    : `${reason.code} ${reason.account ?? ""}`.trim();
}
