import { sql } from "kysely";
import { z } from "zod";
import { byParts, ofProjects, type Stretch, stretchTable, type Tx } from "../storage/index.ts";

/** Which tasks, and in which days. */
interface SeriesOf {
  readonly days: readonly Stretch[];
  readonly projectIds: readonly string[] | undefined;
}

/** Tasks that ended in a day in the same way. */
const EndedAlike = z.object({
  status: z.string(),
  grade_letter: z.string().nullable(),
  first_validation: z.number().nullable(),
  first_review: z.number().nullable(),
  n: z.number(),
});
export type EndedAlike = z.infer<typeof EndedAlike>;

/** What is told of the tasks of one day. */
export const TaskDay = z.object({
  submitted: z.number(),
  ended: z.array(EndedAlike),
  /** How long those took from start to end that ended in it. */
  duration: z.object({ median_ms: z.number().nullable(), p90_ms: z.number().nullable(), of: z.number() }),
  queue: z.object({ deepest: z.number(), net: z.number() }),
});
export type TaskDay = z.infer<typeof TaskDay>;

type Big = number | string;

/** Tasks submitted in each day, by its place. */
async function submittedByDay(db: Tx, { days, projectIds }: SeriesOf): Promise<Map<number, number>> {
  const rows = await byParts(days, async (part, from) => {
    const { rows: found } = await sql<{ i: Big; n: Big }>`with ${stretchTable(part, from)}
    select d.i, count(*) as n from d cross join tasks t
    where t.created_at >= d.begins and t.created_at < d.ends and ${ofProjects("t.project_id", projectIds)}
    group by d.i`.execute(db);
    return found;
  });
  return new Map(rows.map(({ i, n }) => [Number(i), Number(n)]));
}

/** How the tasks that ended in each day ended, counted by all that is told of it. */
async function endedByDay(
  db: Tx,
  { days, projectIds }: SeriesOf,
): Promise<(EndedAlike & { readonly i: number })[]> {
  const rows = await byParts(days, async (part, from) => {
    const { rows: found } = await sql<
      Omit<EndedAlike, "n"> & { i: Big; n: Big }
    >`with ${stretchTable(part, from)}
    select d.i, t.status, t.grade_letter, t.first_validation, t.first_review, count(*) as n
    from d cross join tasks t
    where t.finished_at >= d.begins and t.finished_at < d.ends and ${ofProjects("t.project_id", projectIds)}
    group by d.i, t.status, t.grade_letter, t.first_validation, t.first_review`.execute(db);
    return found;
  });
  return rows.map((row) => ({ ...row, i: Number(row.i), n: Number(row.n) }));
}

/** How long the tasks took from start to end that ended in each day: the middle one, and the one nine in ten are below. */
async function durationsByDay(
  db: Tx,
  { days, projectIds }: SeriesOf,
): Promise<Map<number, { median_ms: number; p90_ms: number; of: number }>> {
  const rows = await byParts(days, async (part, from) => {
    const { rows: found } = await sql<{
      i: Big;
      n: Big;
      median: Big;
      p90: Big;
    }>`with ${stretchTable(part, from)},
    took as (select d.i, t.finished_at - t.started_at as ms from d cross join tasks t
      where t.finished_at >= d.begins and t.finished_at < d.ends and t.started_at is not null
        and ${ofProjects("t.project_id", projectIds)}),
    ranked as (select i, ms, row_number() over (partition by i order by ms) as r, count(*) over (partition by i) as n from took)
    select i, n, min(case when r * 2 >= n then ms end) as median, min(case when r * 10 >= n * 9 then ms end) as p90
    from ranked group by i, n`.execute(db);
    return found;
  });
  return new Map(
    rows.map(({ i, n, median, p90 }) => [
      Number(i),
      { median_ms: Number(median), p90_ms: Number(p90), of: Number(n) },
    ]),
  );
}

/** How the queue of each day went, by its place: its deepest point and its end, seen from its beginning. */
async function queueSteps(
  db: Tx,
  { days, projectIds }: SeriesOf,
): Promise<Map<number, { deepest: number; net: number }>> {
  const mine = ofProjects("t.project_id", projectIds);
  const rows = await byParts(days, async (part, from) => {
    const { rows: found } = await sql<{ i: Big; deepest: Big; net: Big }>`with ${stretchTable(part, from)},
    steps as (
      select d.i, t.created_at as at, 1 as step from d cross join tasks t
        where t.created_at >= d.begins and t.created_at < d.ends and ${mine}
      union all select d.i, t.started_at, -1 from d cross join tasks t
        where t.started_at >= d.begins and t.started_at < d.ends and ${mine}
      union all select d.i, t.finished_at, -1 from d cross join tasks t
        where t.started_at is null and t.finished_at >= d.begins and t.finished_at < d.ends and ${mine}),
    depths as (select i, step, sum(step) over (partition by i order by at, step rows unbounded preceding) as depth from steps)
    select i, max(depth) as deepest, sum(step) as net from depths group by i`.execute(db);
    return found;
  });
  return new Map(
    rows.map(({ i, deepest, net }) => [Number(i), { deepest: Number(deepest), net: Number(net) }]),
  );
}

/** What is told of the tasks of each of these days, in their order. Nothing of it depends on another day. */
export async function taskDays(db: Tx, of: SeriesOf): Promise<TaskDay[]> {
  const submitted = await submittedByDay(db, of);
  const ended = Map.groupBy(await endedByDay(db, of), ({ i }) => i);
  const durations = await durationsByDay(db, of);
  const queue = await queueSteps(db, of);
  return of.days.map((_, i) => ({
    submitted: submitted.get(i) ?? 0,
    ended: (ended.get(i) ?? []).map(({ i: _place, ...alike }) => alike),
    duration: durations.get(i) ?? { median_ms: null, p90_ms: null, of: 0 },
    queue: queue.get(i) ?? { deepest: 0, net: 0 },
  }));
}

/** Tasks of these projects that are submitted and not yet started. */
export async function waitingTasks(db: Tx, projectIds: readonly string[] | undefined): Promise<number> {
  const { rows } = await sql<{ n: Big }>`select count(*) as n from tasks t
    where t.started_at is null and t.finished_at is null and ${ofProjects("t.project_id", projectIds)}`.execute(
    db,
  );
  return Number(rows[0]?.n ?? 0);
}

/**
 * The most tasks that were submitted and not yet started at one moment of each day. Goes back from how many there are now:
 * what lies before the days is not read. The last day must hold now.
 */
export function deepestQueues(days: readonly Pick<TaskDay, "queue">[], now: number): number[] {
  let depth = now - days.reduce((sum, { queue }) => sum + queue.net, 0);
  return days.map(({ queue }) => {
    const before = depth;
    depth += queue.net;
    return Math.max(0, before, before + queue.deepest);
  });
}
