import { setImmediate } from "node:timers/promises";
import { type RawBuilder, sql } from "kysely";

const letter = (grade: string) => `when grade like '%"letter":"${grade}"%' then '${grade}'`;

/**
 * What is counted of tasks stands in columns of its own, and in two indexes that answer without the rows: when tasks ended
 * and how, and when they were started.
 */
export const seriesTables = [
  "alter table tasks add column grade_letter text",
  "alter table tasks add column first_validation integer",
  "alter table tasks add column first_review integer",
  `update tasks set grade_letter = case ${["A", "B", "C", "D"].map(letter).join(" ")} end where grade is not null`,
  `update tasks set first_validation = (select min(e.passed) from evidence e where e.task_id = tasks.id
     and e.commit_sha = (select x.commit_sha from evidence x where x.task_id = tasks.id order by x.id limit 1))`,
  `update tasks set first_review = (select case when r.verdict = 'approved' then 1 else 0 end from reviews r
     where r.task_id = tasks.id and r.verdict in ('approved', 'changes_requested') order by r.id limit 1)`,
  "drop index tasks_finished",
  `create index tasks_ended on tasks (finished_at, project_id, status, started_at, grade_letter, first_validation, first_review)
     where finished_at is not null`,
  "create index tasks_started on tasks (started_at, finished_at, created_at, project_id)",
];

/** A stretch of time, its end left out (epoch milliseconds). */
export interface Stretch {
  readonly begins: number;
  readonly ends: number;
}

/** Stretches as a table `d (i, begins, ends)` for the `with` of a statement; the first one has the place `from`. */
export function stretchTable(stretches: readonly Stretch[], from = 0): RawBuilder<unknown> {
  const rows = stretches.map(({ begins, ends }, i) =>
    sql.raw(`(${from + i}, ${Math.floor(begins)}, ${Math.floor(ends)})`),
  );
  return sql`d (i, begins, ends) as (values ${sql.join(rows)})`;
}

/**
 * Holds for rows of these projects; for all when none is named. The column is a text put together, so that rows are looked
 * for by their time and not by their project, of which there may be one.
 */
export function ofProjects(column: string, ids: readonly string[] | undefined): RawBuilder<boolean> {
  return ids === undefined
    ? sql<boolean>`1 = 1`
    : sql<boolean>`(${sql.ref(column)} || '') in (${sql.join(["", ...ids])})`;
}

/** Stretches read at a time: a database in this process answers nothing else meanwhile. */
const AT_ONCE = 14;

/** Reads long series a part at a time, and lets others have their turn in between. */
export async function byParts<T>(
  stretches: readonly Stretch[],
  read: (part: readonly Stretch[], from: number) => Promise<readonly T[]>,
): Promise<T[]> {
  const all: T[] = [];
  for (let from = 0; from < stretches.length; from += AT_ONCE) {
    all.push(...(await read(stretches.slice(from, from + AT_ONCE), from)));
    await setImmediate();
  }
  return all;
}
