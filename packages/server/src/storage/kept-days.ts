import type { Tx } from "./group-commit.ts";
import type { Stretch } from "./series-tables.ts";

/** Figures of days that are over (JSON), so that they are counted once; those of all projects under none. */
export interface KeptDaysTable {
  kind: string;
  project_id: string;
  begins: number;
  ends: number;
  figures: string;
}

/** What figures are kept of: how tasks went, and what their turns used. */
export type KeptKind = "tasks" | "ledger";

/** Whose figures, of what. */
export interface KeptOf {
  readonly kind: KeptKind;
  readonly project_id: string | undefined;
}

/** Makes the table above, and the indexes by which tasks and turns of an agent or a model are found. */
export const keptDaysTables = [
  `create table kept_days (kind text not null, project_id text not null, begins bigint not null, ends bigint not null,
     figures text not null, primary key (kind, project_id, begins, ends))`,
  "create index kept_days_ends on kept_days (ends)",
  "create index tasks_agent on tasks (agent, id)",
  "create index tasks_model on tasks (model, id) where model is not null",
  "create index turns_agent on turns (agent, task_id)",
  "create index turns_model on turns (model, task_id) where model is not null",
];

/** The kept figures of days between two times, by when each begins and ends. */
export async function readKeptDays(db: Tx, of: KeptOf, between: Stretch): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom("kept_days")
    .select(["begins", "ends", "figures"])
    .where("kind", "=", of.kind)
    .where("project_id", "=", of.project_id ?? "")
    .where("begins", ">=", between.begins)
    .where("ends", "<=", between.ends)
    .execute();
  return new Map(rows.map((row) => [keyOfDay(row), row.figures]));
}

/** The key of a day among those kept. */
export function keyOfDay({ begins, ends }: Stretch): string {
  return `${begins}-${ends}`;
}

/**
 * Keeps the figures of days that are over, and drops those of days nobody asks for any more. To be called in the
 * transaction the figures were counted in: what changes a day later drops them.
 */
export async function keepDays(
  db: Tx,
  { kind, project_id = "" }: KeptOf,
  days: readonly (Stretch & { readonly figures: string })[],
  oldest: number,
): Promise<void> {
  for (const { begins, ends, figures } of days)
    await db
      .insertInto("kept_days")
      .values({ kind, project_id, begins, ends, figures })
      .onConflict((conflict) =>
        conflict.columns(["kind", "project_id", "begins", "ends"]).doUpdateSet({ figures }),
      )
      .execute();
  await db.deleteFrom("kept_days").where("ends", "<", oldest).execute();
}

/** Drops the figures of the day in which something changes that had happened already. */
export async function forgetDay(db: Tx, kind: KeptKind, at: number): Promise<void> {
  await db
    .deleteFrom("kept_days")
    .where("kind", "=", kind)
    .where("begins", "<=", at)
    .where("ends", ">", at)
    .execute();
}
