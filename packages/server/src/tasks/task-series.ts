import { sql } from "kysely";
import { byParts, ofProjects, type Stretch, stretchTable, type Tx } from "../storage/index.ts";

/** Which tasks, and in which days. */
export interface SeriesOf {
  readonly days: readonly Stretch[];
  readonly projectIds: readonly string[] | undefined;
}

/** Tasks that ended in a day in the same way. */
export interface EndedAlike {
  readonly i: number;
  readonly status: string;
  readonly grade_letter: string | null;
  readonly first_validation: number | null;
  readonly first_review: number | null;
  readonly n: number;
}

type Big = number | string;

/** Tasks submitted in each day, by its place. */
export async function submittedByDay(db: Tx, { days, projectIds }: SeriesOf): Promise<Map<number, number>> {
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
export async function endedByDay(db: Tx, { days, projectIds }: SeriesOf): Promise<EndedAlike[]> {
  const rows = await byParts(days, async (part, from) => {
    const { rows: found } = await sql<
      Omit<EndedAlike, "i" | "n"> & { i: Big; n: Big }
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
export async function durationsByDay(
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

/**
 * The most tasks that were submitted and not yet started at one moment of each day. Goes back from how many there are now:
 * what lies before the days is not read. The last day must hold now.
 */
export async function deepestQueues(db: Tx, { days, projectIds }: SeriesOf): Promise<number[]> {
  const mine = ofProjects("t.project_id", projectIds);
  const { rows: now } = await sql<{ n: Big }>`select count(*) as n from tasks t
    where t.started_at is null and t.finished_at is null and ${mine}`.execute(db);
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
  const steps = new Map(rows.map((row) => [Number(row.i), row]));
  const net = (i: number) => Number(steps.get(i)?.net ?? 0);
  let depth = Number(now[0]?.n ?? 0) - days.reduce((sum, _, i) => sum + net(i), 0);
  return days.map((_, i) => {
    const before = depth;
    depth += net(i);
    return Math.max(0, before, before + Number(steps.get(i)?.deepest ?? 0));
  });
}
