import { sql } from "kysely";
import type { WriteTx } from "../events/index.ts";
import type { TasksTable } from "../storage/index.ts";
import type { RunningStatus } from "./lifecycle.ts";
import { parseTaskRow, type TaskRecord } from "./task-row.ts";
import { scopeOf, transition } from "./task-store.ts";

export interface ClaimOptions {
  /** Tasks that may run at once in all. */
  readonly limit: number;
  /** A queued task gains one step of priority each time it has waited this long (milliseconds). */
  readonly ageingMs: number;
  /** Who owns the attempt: this server process. */
  readonly owner: string;
  /** Projects nothing is taken of now. */
  readonly without?: readonly string[];
  readonly newId: (kind: "attempt") => string;
}

export interface Claim {
  readonly task: TaskRecord;
  readonly attempt: { readonly id: string; readonly number: number; readonly fence: number };
}

/**
 * Takes the next task: highest aged priority first, then the project with the fewest running, then the project that
 * was served longest ago, then first in, first out. A task whose last attempt is still being cleaned up waits for
 * that. Limits are counted in the statement itself, so two claims can never pass one limit together. Each claim has
 * a new fence; every later write of the attempt carries it.
 */
export async function claimNext(tx: WriteTx, options: ClaimOptions): Promise<Claim | undefined> {
  const { without = [] } = options;
  const taken = without.length === 0 ? sql`` : sql`and p.id not in (${sql.join([...without])})`;
  const found = await sql<{ id: string }>`
    select c.id from (
      select p.id as project_id, p.max_concurrent,
        (select count(*) from tasks r where r.project_id = p.id and r.current_attempt_id is not null) as running,
        coalesce((select d.turn from dispatch_turns d where d.project_id = p.id), 0) as turn,
        (select t.id from tasks t where t.project_id = p.id and t.status = 'queued' and t.priority = v.priority and t.current_attempt_id is null
           and (t.not_before is null or t.not_before <= ${tx.now}) order by t.queued_at, t.id limit 1) as id
      from projects p cross join (select 0 as priority union all select 1 union all select 2) v
      where p.active = 1 ${taken}
    ) c join tasks t on t.id = c.id
    where c.running < c.max_concurrent
      and (select count(*) from tasks r where r.current_attempt_id is not null) < ${options.limit}
    order by t.priority + cast((${tx.now} - t.queued_at) / ${options.ageingMs} as integer) desc, c.running, c.turn, t.queued_at, t.id
    limit 1`.execute(tx.db);
  const id = found.rows[0]?.id;
  if (!id) return undefined;
  const row = await tx.db.selectFrom("tasks").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  return start(tx, row, options);
}

async function start(tx: WriteTx, row: TasksTable, options: ClaimOptions): Promise<Claim> {
  const task = parseTaskRow(row);
  const attempt = { id: options.newId("attempt"), number: task.attempts + 1, fence: task.fence + 1 };
  const as: RunningStatus =
    task.request.skip_triage === false && task.attempts === 0 ? "triaging" : "implementing";
  const claimed = await transition(tx, task, { type: "claim", as }, "dispatcher", {
    attempts: attempt.number,
    tries: task.tries + 1,
    fence: attempt.fence,
    current_attempt_id: attempt.id,
    started_at: task.started_at ?? tx.now,
    heartbeat_at: tx.now,
    progress_at: tx.now,
    not_before: null,
    error: null,
  });
  await tx.db
    .insertInto("attempts")
    .values({
      id: attempt.id,
      task_id: task.id,
      number: attempt.number,
      fence: attempt.fence,
      status: "running",
      reason: null,
      workspace: null,
      sandbox: null,
      owner: options.owner,
      started_at: tx.now,
      ended_at: null,
    })
    .execute();
  await served(tx, task.project_id);
  await tx.append({
    ...scopeOf(task, "dispatcher"),
    type: "attempt.started",
    data: { attempt_id: attempt.id, number: attempt.number, fence: attempt.fence },
  });
  return { task: claimed, attempt };
}

/** The project goes to the end of the line among projects. */
async function served(tx: WriteTx, project_id: string): Promise<void> {
  const last = await tx.db
    .selectFrom("dispatch_turns")
    .select((eb) => eb.fn.max("turn").as("turn"))
    .executeTakeFirst();
  const turn = Number(last?.turn ?? 0) + 1;
  await tx.db
    .insertInto("dispatch_turns")
    .values({ project_id, turn })
    .onConflict((oc) => oc.column("project_id").doUpdateSet({ turn }))
    .execute();
}

/**
 * The next time a task waits for; undefined when none does. A queued task whose time has come waits for a place, not
 * for a timer; a waiting one is due until the timer has ended its wait.
 */
export async function nextTimer(tx: Pick<WriteTx, "db" | "now">): Promise<number | undefined> {
  const row = await tx.db
    .selectFrom("tasks")
    .select((eb) => eb.fn.min("not_before").as("at"))
    .where("not_before", "is not", null)
    .where((eb) => eb.or([eb("not_before", ">", tx.now), eb("status", "=", "waiting")]))
    .executeTakeFirst();
  return row?.at ?? undefined;
}
