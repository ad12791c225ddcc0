import type { Tx } from "../storage/index.ts";

/**
 * How many attempts began since a moment, and how long those that ended have run since then (milliseconds): of one
 * project or of all.
 */
export async function sumAttempts(
  db: Tx,
  since: number,
  project_id?: string,
): Promise<{ attempts: number; wall_ms: number }> {
  const of = () => {
    const all = db.selectFrom("attempts as a");
    return project_id === undefined
      ? all
      : all.innerJoin("tasks as t", "t.id", "a.task_id").where("t.project_id", "=", project_id);
  };
  const begun = await of()
    .select(({ fn }) => fn.countAll<string | number>().as("n"))
    .where("a.started_at", ">=", since)
    .executeTakeFirstOrThrow();
  // No attempt goes on running after it was closed.
  const ran = await of()
    .select((eb) => {
      const from = eb.case().when("a.started_at", ">", since).then(eb.ref("a.started_at")).else(since).end();
      const to = eb.fn.coalesce("a.ran_until", "a.ended_at");
      const time = eb
        .case()
        .when(to, ">", from)
        .then(eb(to, "-", from))
        .else(0)
        .end();
      return eb.fn.sum<string | number | null>(time).as("ms");
    })
    .where("a.ended_at", ">", since)
    .executeTakeFirstOrThrow();
  return { attempts: Number(begun.n), wall_ms: Number(ran.ms ?? 0) };
}
