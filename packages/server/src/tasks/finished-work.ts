import { HarnessError, type Landing } from "@harness/protocol";
import { z } from "zod";
import type { WriteTx } from "../events/index.ts";
import type { Tx } from "../storage/index.ts";
import { effectsOf } from "./effects.ts";
import { isTerminal } from "./lifecycle.ts";
import { NO_EVIDENCE, NO_REVIEW } from "./new-task.ts";
import type { TaskLimits, TaskRecord } from "./task-row.ts";
import { patchTask, scopeOf, transition } from "./task-store.ts";

/** A person's wish to have work changed. */
export interface Revision {
  readonly text: string;
  readonly actor: string;
  /** The limits of the task from now on; what it has used so far counts against them. */
  readonly limits: TaskLimits;
}

/**
 * Queues a task for another round on the work it has. Its commit and base stay; what was proven, reviewed, accepted
 * and landed was the work as it stood, so none of it is shown as true of what comes next. Totals are kept.
 */
export async function reviseTask(tx: WriteTx, task: TaskRecord, revision: Revision): Promise<TaskRecord> {
  refuseDiscarded(task, "revise");
  refuseWhileClosing(task, "revise");
  const number = task.revisions + 1;
  const next = await transition(tx, task, { type: "revise" }, revision.actor, {
    ...anew(task),
    revisions: number,
    evidence: JSON.stringify(NO_EVIDENCE),
    review: JSON.stringify(NO_REVIEW),
    landed: null,
    progress: null,
    settings: JSON.stringify(revision.limits),
  });
  await tx.db
    .insertInto("task_revisions")
    .values({
      task_id: task.id,
      number,
      text: revision.text,
      actor: revision.actor,
      created_at: tx.now,
    })
    .execute();
  await tx.append({
    ...scopeOf(task, revision.actor),
    type: "task.revised",
    data: { number, text: revision.text },
  });
  return next;
}

/** What a person who asks for a task again sets back: tries, and what was said of the work as it stood. */
export function anew(task: TaskRecord) {
  return {
    tries: 0,
    redeliveries: 0,
    inherit_from: task.attempts + 1,
    // What a person accepted was the work as it stood; newer work is asked about again.
    accepted: "[]",
    extra_rounds: 0,
    progress: null,
    not_before: null,
    error: null,
    grade: null,
    grade_letter: null,
  };
}

/** The texts of a task's revisions, oldest first. */
export async function revisionsOf(db: Tx, taskId: string): Promise<string[]> {
  const rows = await db
    .selectFrom("task_revisions")
    .select("text")
    .where("task_id", "=", taskId)
    .orderBy("number")
    .execute();
  return rows.map((row) => row.text);
}

/** A branch we made for a task in the user's repository, and the commit we left it at. */
const OwnBranch = z.object({ branch: z.string(), commit: z.string() });
export type OwnBranch = z.infer<typeof OwnBranch>;

/** The branches the task's work was published as, the newest last. */
export async function ownBranches(db: Tx, taskId: string): Promise<OwnBranch[]> {
  const effects = await effectsOf(db, taskId, ["publish"]);
  return effects.flatMap(({ state, result }) => (state === "done" ? [OwnBranch.parse(result)] : []));
}

/** Every branch that was ever made or meant to be made for a task, with each commit it may stand at. */
export async function madeBranches(db: Tx, taskId: string): Promise<OwnBranch[]> {
  const effects = await effectsOf(db, taskId, ["publish", "preview"]);
  return effects.map(({ intent, result }) => OwnBranch.parse(result ?? intent));
}

/** Records that the work of a task is in a branch now. Work that was asked to change meanwhile keeps its own record. */
export async function landTask(
  tx: WriteTx,
  task: TaskRecord,
  landed: { readonly head_sha: string; readonly landing: Landing; readonly actor: string },
): Promise<void> {
  const { landing } = landed;
  if (task.status === "done" && task.head_sha === landed.head_sha)
    await patchTask(tx, task.id, { landed: JSON.stringify(landing) });
  await tx.append({ ...scopeOf(task, landed.actor), type: "task.landed", data: { landing } });
}

/** Marks an ended task as thrown away; from now on nothing brings it back. Answers when that was first done. */
export async function markDiscarded(tx: WriteTx, task: TaskRecord): Promise<number> {
  if (task.discarded_at !== null) return task.discarded_at;
  await patchTask(tx, task.id, { discarded_at: tx.now });
  return tx.now;
}

/** Refuses what needs work that is gone. */
export function refuseDiscarded(task: TaskRecord, command: string): void {
  if (task.discarded_at === null) return;
  const at = new Date(task.discarded_at).toISOString();
  throw new HarnessError(
    "task_discarded",
    `Cannot ${command} task ${task.id}: it was discarded at ${at}. Submit it again as a new task.`,
    { got: "discarded" },
  );
}

/** Refuses to start a task again whose last attempt is not closed in every respect. */
export function refuseWhileClosing(task: TaskRecord, command: string): void {
  if (task.current_attempt_id === null || !isTerminal(task.status)) return;
  throw new HarnessError(
    "illegal_transition",
    `Cannot ${command} task ${task.id}: its last attempt is still being cleaned up. Try again in a moment.`,
    { got: task.status, retry_after_s: 1 },
  );
}
