import { runningStatuses, type SchedulerState, type TaskStatus, terminalStatuses } from "@harness/protocol";
import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import { type Database, decodeCursor, type PageInfo, type Tx, toPage } from "../storage/index.ts";
import { parseTaskRow, type TaskRecord } from "./task-row.ts";
import { holdsWords } from "./task-words.ts";

/** What a list of tasks may be narrowed to. */
export interface TaskFilter {
  readonly id?: readonly string[] | undefined;
  readonly status?: readonly TaskStatus[] | undefined;
  readonly scheduler_state?: readonly SchedulerState[] | undefined;
  readonly active?: boolean | undefined;
  readonly kind?: readonly string[] | undefined;
  readonly source?: string | undefined;
  readonly project_ids?: readonly string[] | undefined;
  readonly label?: string | undefined;
  readonly list_id?: string | undefined;
  /** Words that all stand in it somewhere. */
  readonly q?: string | undefined;
  readonly rating?: "up" | "down" | "none" | undefined;
  /** Submitted then or later, and before (epoch milliseconds). */
  readonly created_after?: number | undefined;
  readonly created_before?: number | undefined;
  /** Who was asked for it or worked on it. */
  readonly done_by?: readonly DoneBy[] | undefined;
}

/** An agent or a model a task was asked of, or that worked on it: those `task_id`s whoever asks knows of another table. */
export interface DoneBy {
  readonly column: "agent" | "model";
  readonly names: readonly string[];
  readonly tasks: RawBuilder<unknown>;
}

/** Counts by status; `exact` says whether they are for the filter or for the projects as a whole. */
export interface TaskCounts {
  readonly exact: boolean;
  readonly total: number;
  readonly running: number;
  readonly failed: number;
  readonly by_status: Record<string, number>;
}

const TASK_ID = /^task_[0-9A-HJKMNP-TV-Z]{26}$/;
const terminal: readonly string[] = terminalStatuses;
/** Tasks of an agent or a model that are not looked up one by one any more. */
const MANY = 1_000;

/** One page of tasks, newest first. Ids sort by creation, so the id is the key. */
export async function listTasks(
  db: Tx,
  filter: TaskFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ rows: readonly TaskRecord[]; page: PageInfo }> {
  let query = narrow(db.selectFrom("tasks").selectAll(), filter, await allDoneBy(db, filter));
  if (page.cursor !== undefined) query = query.where("id", "<", decodeCursor(page.cursor, TASK_ID));
  const rows = await query
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
  const cut = toPage(rows, page.limit, (row) => row.id);
  return { rows: cut.rows.map(parseTaskRow), page: cut.page };
}

/** Maintained counts of some projects (or all): reads one small row per project and status. */
export async function maintainedCounts(db: Tx, projectIds?: readonly string[]): Promise<TaskCounts> {
  let query = db.selectFrom("task_counters").select(["status", (eb) => eb.fn.sum<number>("n").as("n")]);
  if (projectIds) query = query.where("project_id", "in", [...projectIds]);
  return summarise(await query.groupBy("status").execute(), false);
}

/** Counts every task of a filter: asked for explicitly, because it reads every match. */
export async function exactCounts(db: Tx, filter: TaskFilter): Promise<TaskCounts> {
  const rows = await narrow(db.selectFrom("tasks"), filter, await allDoneBy(db, filter))
    .select(["status", (eb) => eb.fn.countAll<number>().as("n")])
    .groupBy("status")
    .execute();
  return summarise(rows, true);
}

/** Running and queued tasks by project. */
export async function queueCounts(db: Tx): Promise<Map<string, { running: number; queued: number }>> {
  const rows = await db.selectFrom("task_counters").selectAll().execute();
  const result = new Map<string, { running: number; queued: number }>();
  for (const row of rows) {
    const entry = result.get(row.project_id) ?? { running: 0, queued: 0 };
    if (row.status === "queued") entry.queued += row.n;
    if ((runningStatuses as readonly string[]).includes(row.status)) entry.running += row.n;
    result.set(row.project_id, entry);
  }
  return result;
}

function narrow<O>(
  query: SelectQueryBuilder<Database, "tasks", O>,
  filter: TaskFilter,
  more: readonly RawBuilder<boolean>[],
): SelectQueryBuilder<Database, "tasks", O> {
  let narrowed = query;
  if (filter.id) narrowed = narrowed.where("id", "in", filter.id.length > 0 ? [...filter.id] : [""]);
  if (filter.status?.length) narrowed = narrowed.where("status", "in", [...filter.status]);
  if (filter.scheduler_state?.length) {
    narrowed = narrowed.where(
      sql<boolean>`(${sql.join(filter.scheduler_state.map(schedulerCondition), sql` or `)})`,
    );
  }
  if (filter.active === true) narrowed = narrowed.where("status", "not in", [...terminal]);
  if (filter.active === false) narrowed = narrowed.where("status", "in", [...terminal]);
  if (filter.kind?.length) narrowed = narrowed.where("kind", "in", [...filter.kind]);
  if (filter.source !== undefined) narrowed = narrowed.where("source", "=", filter.source);
  if (filter.list_id !== undefined) narrowed = narrowed.where("list_id", "=", filter.list_id);
  if (filter.project_ids)
    narrowed = narrowed.where(
      "project_id",
      "in",
      filter.project_ids.length > 0 ? [...filter.project_ids] : [""],
    );
  if (filter.label !== undefined) {
    narrowed = narrowed.where(
      sql<boolean>`exists (select 1 from task_labels l where l.task_id = tasks.id and l.label = ${filter.label})`,
    );
  }
  if (filter.q !== undefined) narrowed = narrowed.where(holdsWords(filter.q));
  if (filter.rating === "none") narrowed = narrowed.where("rating", "is", null);
  else if (filter.rating !== undefined) narrowed = narrowed.where("rating", "=", filter.rating);
  for (const condition of [...submittedIn(filter), ...more]) narrowed = narrowed.where(condition);
  return narrowed;
}

function allDoneBy(db: Tx, { done_by = [] }: TaskFilter): Promise<RawBuilder<boolean>[]> {
  return Promise.all(done_by.map((one) => doneBy(db, one)));
}

/**
 * Few tasks are found first, each by an index: of an agent that did nothing, no task is read. Many are met soon enough
 * on the way from the newest.
 */
async function doneBy(db: Tx, { column, names, tasks }: DoneBy): Promise<RawBuilder<boolean>> {
  const fits = sql`in (${sql.join([...names])})`;
  const asked = sql`select x.id from tasks x where ${sql.ref(`x.${column}`)} ${fits}`;
  const { rows } = await sql<{ n: number | string }>`select count(*) as n from
    (select y.id from (${asked} union all ${tasks}) y limit ${MANY}) z`.execute(db);
  return Number(rows[0]?.n ?? 0) < MANY
    ? sql<boolean>`tasks.id in (${asked} union ${tasks})`
    : sql<boolean>`(${sql.ref(`tasks.${column}`)} ${fits} or exists (select 1 from (${tasks}) y where y.task_id = tasks.id))`;
}

/**
 * A list goes by id, which sorts nearly by time: the ids at the ends of the time keep it from reading what is beyond.
 * As a text put together, the id is looked for by time and not by itself.
 */
function submittedIn({ created_after, created_before }: TaskFilter): RawBuilder<boolean>[] {
  const conditions: RawBuilder<boolean>[] = [];
  if (created_after !== undefined)
    conditions.push(sql<boolean>`(created_at >= ${created_after}
      and id >= (select min(x.id || '') from tasks x where x.created_at >= ${created_after}))`);
  if (created_before !== undefined)
    conditions.push(sql<boolean>`(created_at < ${created_before}
      and id <= (select max(x.id || '') from tasks x where x.created_at < ${created_before}))`);
  return conditions;
}

/** Statuses behind each state of the dispatcher's view. */
function schedulerCondition(state: SchedulerState) {
  const dependency = sql`block_reason like '%"code":"dependency%'`;
  switch (state) {
    case "queued":
      return sql`(status = 'queued' and not_before is null)`;
    case "retry_backoff":
      return sql`(status = 'queued' and not_before is not null)`;
    case "awaiting_dependencies":
      return sql`(status = 'waiting' and ${dependency})`;
    case "waiting":
      return sql`(status = 'waiting' and not (${dependency}))`;
    case "running":
      return sql`status in (${sql.join([...runningStatuses])})`;
    case "done":
      return sql`status in ('done', 'no_change')`;
    case "failed":
      return sql`status in ('failed', 'budget_exhausted')`;
    case "cancelled":
      return sql`status = 'cancelled'`;
  }
}

function summarise(
  rows: readonly { status: string; n: number | string | bigint }[],
  exact: boolean,
): TaskCounts {
  const by_status: Record<string, number> = {};
  for (const row of rows) if (Number(row.n) > 0) by_status[row.status] = Number(row.n);
  const sum = (statuses: readonly string[]) =>
    statuses.reduce((total, status) => total + (by_status[status] ?? 0), 0);
  return {
    exact,
    total: sum(Object.keys(by_status)),
    running: sum(runningStatuses),
    failed: by_status["failed"] ?? 0,
    by_status,
  };
}
