import { type RawBuilder, sql } from "kysely";

/** Holds for rows of `tasks` that one of these agents was asked to do, or did a turn of. */
export function ofAgents(agents: readonly string[]): RawBuilder<boolean> {
  const names = sql.join([...agents]);
  return sql<boolean>`(tasks.agent in (${names})
    or exists (select 1 from turns u where u.task_id = tasks.id and u.agent in (${names})))`;
}

/** Holds for rows of `tasks` that this model was asked for, or used by a turn of. */
export function ofModel(model: string): RawBuilder<boolean> {
  return sql<boolean>`(tasks.model = ${model}
    or exists (select 1 from turns u where u.task_id = tasks.id and u.model = ${model}))`;
}
