import { BlockReason, type Failure, HarnessError, type Task, TaskStatus } from "@harness/protocol";
import { sql } from "kysely";
import type { WriteTx } from "../events/index.ts";
import { forgetDay, type TasksTable, type Tx } from "../storage/index.ts";
import { decideOrThrow, isTerminal, type TaskCommand } from "./lifecycle.ts";
import { parseTaskRow, type TaskRecord, toTask } from "./task-row.ts";
import { addWords } from "./task-words.ts";
import { limitNewWait, limitWait, waitCause } from "./wait-limit.ts";

/** Columns a transition may set besides the status. */
export type TaskPatch = Partial<Omit<TasksTable, "id" | "project_id" | "status">>;

/** Loads a task, or undefined. */
export async function findTask(db: Tx, id: string): Promise<TaskRecord | undefined> {
  const row = await db.selectFrom("tasks").selectAll().where("id", "=", id).executeTakeFirst();
  return row && parseTaskRow(row);
}

/** Loads a task, or throws `task_not_found`. */
export async function getTask(db: Tx, id: string): Promise<TaskRecord> {
  const task = await findTask(db, id);
  if (!task)
    throw new HarnessError("task_not_found", `There is no task ${id}.`, { field: "task_id", got: id });
  return task;
}

/** Stores a new task in its first status, with its counter and events. */
export async function insertTask(
  tx: WriteTx,
  given: TasksTable,
  links: {
    readonly labels: readonly string[];
    readonly depends_on: readonly string[];
    readonly prompt: string;
  },
  actor: string,
): Promise<void> {
  const row = given.block_reason === null ? given : limitNewWait(given, tx.now);
  await tx.insert("tasks", row);
  await addWords(tx, row, links.prompt);
  for (const label of new Set(links.labels))
    await tx.db.insertInto("task_labels").values({ task_id: row.id, label }).execute();
  for (const depends_on of new Set(links.depends_on)) {
    await tx.db.insertInto("task_dependencies").values({ task_id: row.id, depends_on }).execute();
  }
  await count(tx.db, row.project_id, row.status, 1);
  const scope = { project_id: row.project_id, task_id: row.id, actor };
  await tx.append({
    ...scope,
    type: "task.queued",
    data: { title: row.title, priority: row.priority, reason: "submitted" },
  });
  await tx.append({
    ...scope,
    type: "task.status_changed",
    data: { from: null, to: TaskStatus.parse(row.status), reason: "submitted" },
  });
  if (row.block_reason !== null) {
    const block_reason = BlockReason.parse(JSON.parse(row.block_reason));
    await tx.append({ ...scope, type: "task.waiting", data: { block_reason } });
  }
}

/**
 * Applies a command: the row, its counters, its events and the tasks that depend on it change together. Throws
 * `illegal_transition` and changes nothing when the lifecycle forbids it.
 */
export async function transition(
  tx: WriteTx,
  task: TaskRecord,
  command: TaskCommand,
  actor: string,
  patch: TaskPatch = {},
): Promise<TaskRecord> {
  const decision = decideOrThrow(task, command);
  const { to } = decision;
  const wait = command.type === "wait" ? limitWait(task, command.reason, tx.now) : null;
  const reason = wait?.reason ?? null;
  const ends = isTerminal(to);
  const changes: Partial<TasksTable> = {
    ...patch,
    status: to,
    block_reason: reason ? JSON.stringify(reason) : null,
    wait_account: reason?.account ?? null,
    wait_expires_at: reason?.expires_at ? Date.parse(reason.expires_at) : null,
    ...waitCause(command.type, wait),
    updated_at: tx.now,
    ...(to === "queued" ? { queued_at: tx.now } : {}),
    ...(ends ? { finished_at: tx.now } : { finished_at: null }),
  };
  // A task that goes on did not end on that day after all.
  if (task.finished_at !== null) await forgetDay(tx.db, "tasks", task.finished_at);
  const row = await tx.db
    .updateTable("tasks")
    .set(changes)
    .where("id", "=", task.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const next = parseTaskRow(row);
  if (to !== task.status) {
    await count(tx.db, task.project_id, task.status, -1);
    await count(tx.db, task.project_id, to, 1);
    await tx.append({
      ...scopeOf(task, actor),
      type: "task.status_changed",
      data: { from: task.status, to, reason: decision.reason },
    });
  }
  if (reason)
    await tx.append({ ...scopeOf(task, actor), type: "task.waiting", data: { block_reason: reason } });
  if (to === "queued") {
    await tx.append({
      ...scopeOf(task, actor),
      type: "task.queued",
      data: { title: task.title, priority: task.priority, reason: decision.reason },
    });
  }
  if (isTerminal(task.status)) await reopenDependents(tx, task.id, actor);
  if (ends) {
    await tx.append({ ...scopeOf(task, actor), type: "task.ended", data: { status: to, error: next.error } });
    await settleDependents(tx, next, actor);
  }
  return next;
}

/** Changes columns without changing the status. */
export async function patchTask(tx: WriteTx, id: string, patch: TaskPatch): Promise<void> {
  await tx.db
    .updateTable("tasks")
    .set({ ...patch, updated_at: tx.now })
    .where("id", "=", id)
    .execute();
}

/** Ids an event of this task is filed under. */
export function scopeOf(task: { readonly id: string; readonly project_id: string }, actor: string) {
  return { project_id: task.project_id, task_id: task.id, actor };
}

/** The tasks as clients see them, with project name, labels and dependencies, in three statements for any number. */
export async function presentTasks(db: Tx, records: readonly TaskRecord[]): Promise<Task[]> {
  if (records.length === 0) return [];
  const ids = records.map((record) => record.id);
  const projectIds = [...new Set(records.map((record) => record.project_id))];
  const [names, labels, dependencies] = await Promise.all([
    db.selectFrom("projects").select(["id", "name"]).where("id", "in", projectIds).execute(),
    db.selectFrom("task_labels").selectAll().where("task_id", "in", ids).orderBy("label").execute(),
    db
      .selectFrom("task_dependencies")
      .selectAll()
      .where("task_id", "in", ids)
      .orderBy("depends_on")
      .execute(),
  ]);
  const nameOf = new Map(names.map((row) => [row.id, row.name]));
  const labelsOf = Map.groupBy(labels, (row) => row.task_id);
  const dependenciesOf = Map.groupBy(dependencies, (row) => row.task_id);
  return records.map((record) =>
    toTask(record, {
      project: nameOf.get(record.project_id) ?? record.project_id,
      labels: (labelsOf.get(record.id) ?? []).map((row) => row.label),
      depends_on: (dependenciesOf.get(record.id) ?? []).map((row) => row.depends_on),
    }),
  );
}

/** A task that waits for others, and why it cannot start yet. */
export function dependencyReason(
  code: "dependency" | "dependency_failed",
  id: string,
  detail: string,
  now: number,
) {
  return {
    code,
    message: detail,
    needs: code === "dependency" ? "dependency" : "person",
    since: new Date(now).toISOString(),
    unblock: code === "dependency" ? [`harness task show ${id}`] : [`harness task retry ${id}`],
    until: null,
  } as const;
}

/** A finished task frees those that wait for it; one that ended badly stops them, visibly. */
async function settleDependents(tx: WriteTx, task: TaskRecord, actor: string): Promise<void> {
  const rows = await tx.db
    .selectFrom("task_dependencies")
    .select("task_id")
    .where("depends_on", "=", task.id)
    .execute();
  const good = task.status === "done" || task.status === "no_change";
  for (const { task_id } of rows) {
    const dependent = await findTask(tx.db, task_id);
    if (dependent?.status !== "waiting") continue;
    const code = dependent.block_reason?.code;
    if (code !== "dependency" && code !== "dependency_failed") continue;
    const open = await openDependencies(tx.db, task_id);
    if (good && open.length === 0)
      await transition(tx, dependent, { type: "unblock", by: task.id }, actor, { pending_dependencies: 0 });
    else if (good) await patchTask(tx, task_id, { pending_dependencies: open.length });
    else {
      const detail = `It depends on ${task.id}, which ended ${task.status}. Retry that task, or cancel this one.`;
      await transition(
        tx,
        dependent,
        { type: "wait", reason: dependencyReason("dependency_failed", task.id, detail, tx.now) },
        actor,
      );
    }
  }
}

/**
 * A task that is worked on again gives hope to those its end had stopped: they wait for it as before. So do those it
 * had freed that have not begun: they would start from work that is about to change.
 */
async function reopenDependents(tx: WriteTx, id: string, actor: string): Promise<void> {
  const rows = await tx.db
    .selectFrom("task_dependencies")
    .select("task_id")
    .where("depends_on", "=", id)
    .execute();
  for (const { task_id } of rows) {
    const dependent = await findTask(tx.db, task_id);
    if (!dependent) continue;
    const stopped = dependent.status === "waiting" && dependent.block_reason?.code === "dependency_failed";
    const freed = dependent.status === "queued" && dependent.attempts === 0;
    if (!stopped && !freed) continue;
    const open = await openDependencies(tx.db, task_id);
    if (open.some((one) => isTerminal(one.status as TaskStatus))) continue;
    const reason = dependencyReason("dependency", id, `It starts when ${id} is done.`, tx.now);
    await transition(tx, dependent, { type: "wait", reason }, actor, { pending_dependencies: open.length });
  }
}

/** Dependencies of a task that have not ended well. */
export async function openDependencies(db: Tx, taskId: string): Promise<{ id: string; status: string }[]> {
  return db
    .selectFrom("task_dependencies as d")
    .innerJoin("tasks as t", "t.id", "d.depends_on")
    .select(["t.id", "t.status"])
    .where("d.task_id", "=", taskId)
    .where("t.status", "not in", ["done", "no_change"])
    .execute();
}

/** A task that is queued again, but stood still for others that have not ended well, waits for them as before. */
export async function waitForDependencies(tx: WriteTx, task: TaskRecord, actor: string): Promise<TaskRecord> {
  const open = await openDependencies(tx.db, task.id);
  const ended = open.find((one) => isTerminal(one.status as TaskStatus));
  const on = ended ?? open[0];
  if (on === undefined) return task;
  const text = ended
    ? `It depends on ${on.id}, which ended ${on.status}. Retry that task, or cancel this one.`
    : `It starts when ${on.id} is done.`;
  const reason = dependencyReason(ended ? "dependency_failed" : "dependency", on.id, text, tx.now);
  return transition(tx, task, { type: "wait", reason }, actor, { pending_dependencies: open.length });
}

/** One of the statements every submission pays for: as text it is built in a third of the time. */
async function count(db: Tx, project_id: string, status: string, by: number): Promise<void> {
  await sql`insert into task_counters (project_id, status, n) values (${project_id}, ${status}, ${by})
    on conflict (project_id, status) do update set n = task_counters.n + excluded.n`.execute(db);
}

/** Tasks that have not begun, over all projects, from the maintained counters. */
export async function backlog(db: Tx): Promise<number> {
  const { rows } = await sql<{ n: number | string | null }>`select sum(n) as n from task_counters
    where status in ('queued', 'waiting')`.execute(db);
  return Number(rows[0]?.n ?? 0);
}

/** A failure as it is stored. */
export function failureJson(failure: Failure): string {
  return JSON.stringify(failure);
}
