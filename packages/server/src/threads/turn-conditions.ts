import { type RawBuilder, sql } from "kysely";

/** A query of the tasks that had a turn of one of these agents. */
export function tasksOfAgents(agents: readonly string[]): RawBuilder<unknown> {
  return sql`select task_id from turns where agent in (${sql.join([...agents])})`;
}

/** A query of the tasks that had a turn with this model. */
export function tasksOfModel(model: string): RawBuilder<unknown> {
  return sql`select task_id from turns where model = ${model}`;
}
