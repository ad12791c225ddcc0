import { runningStatuses } from "@harness/protocol";
import type { Expression, SqlBool } from "kysely";
import type { Database, Tx } from "../storage/index.ts";
import { parseTaskRow, type TaskRecord } from "../tasks/index.ts";
import { MAX_LINES } from "./limits.ts";

/** The time and the projects a report is about; times are epoch milliseconds, both ends included: what falls on a border is told twice rather than never. */
export interface Scope {
  readonly since: number;
  readonly until: number;
  readonly project_id: string | null;
}

/** What a person must act on says so; a text of others inside the reason has its quotes escaped and cannot. */
const NEEDS_PERSON = '%"needs":"person"%';

type Where = (task: TaskColumns) => Expression<SqlBool>;
type TaskColumns = import("kysely").ExpressionBuilder<Database, "tasks">;

/** Tasks that ended in the time of the report with one of these statuses, the first to end first. */
export function endedTasks(db: Tx, scope: Scope, statuses: readonly string[]): Promise<TaskRecord[]> {
  return read(db, scope, "finished_at", (eb) =>
    eb.and([
      eb("finished_at", ">=", scope.since),
      eb("finished_at", "<=", scope.until),
      eb("status", "in", [...statuses]),
    ]),
  );
}

/** Tasks that wait for a person (or for anything else), the oldest first. */
export function waitingTasks(db: Tx, scope: Scope, person: boolean): Promise<TaskRecord[]> {
  return read(db, scope, "id", (eb) =>
    eb.and([eb("status", "=", "waiting"), eb("block_reason", person ? "like" : "not like", NEEDS_PERSON)]),
  );
}

/** Tasks an attempt works on now. */
export function runningTasks(db: Tx, scope: Scope): Promise<TaskRecord[]> {
  return read(db, scope, "id", (eb) => eb("status", "in", [...runningStatuses]));
}

/** Tasks in the queue, the oldest first. */
export function queuedTasks(db: Tx, scope: Scope): Promise<TaskRecord[]> {
  return read(db, scope, "id", (eb) => eb("status", "=", "queued"));
}

/** Exact numbers: of what ended in the time of the report, and of what is unfinished now. */
export async function countTasks(db: Tx, scope: Scope): Promise<Map<string, number>> {
  let ended = db
    .selectFrom("tasks")
    .select(["status", (eb) => eb.fn.countAll<number>().as("n")])
    .where("finished_at", ">=", scope.since)
    .where("finished_at", "<=", scope.until);
  let open = db.selectFrom("task_counters").select(["status", (eb) => eb.fn.sum<number>("n").as("n")]);
  let person = db
    .selectFrom("tasks")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("status", "=", "waiting")
    .where("block_reason", "like", NEEDS_PERSON);
  if (scope.project_id !== null) {
    ended = ended.where("project_id", "=", scope.project_id);
    open = open.where("project_id", "=", scope.project_id);
    person = person.where("project_id", "=", scope.project_id);
  }
  const unfinished = ["queued", "waiting", ...runningStatuses];
  const counts = new Map<string, number>();
  for (const row of await ended.groupBy("status").execute()) counts.set(row.status, Number(row.n));
  for (const row of await open.where("status", "in", unfinished).groupBy("status").execute())
    counts.set(row.status, Number(row.n));
  counts.set("person", Number((await person.executeTakeFirst())?.n ?? 0));
  return counts;
}

/** Names of all projects, by id. */
export async function projectNames(db: Tx): Promise<Map<string, string>> {
  const rows = await db.selectFrom("projects").select(["id", "name"]).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

async function read(db: Tx, scope: Scope, order: "id" | "finished_at", where: Where): Promise<TaskRecord[]> {
  let query = db.selectFrom("tasks").selectAll().where(where);
  if (scope.project_id !== null) query = query.where("project_id", "=", scope.project_id);
  const rows = await query
    .orderBy(order)
    .orderBy("id")
    .limit(MAX_LINES + 1)
    .execute();
  return rows.map(parseTaskRow);
}
