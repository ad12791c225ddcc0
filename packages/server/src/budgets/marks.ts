import type { WriteTx } from "../events/index.ts";
import type { Tx } from "../storage/index.ts";

/**
 * Marks that something was told of a budget in a period, such as that half of it is used; true the first time, over
 * restarts too. The period is when it began, or 0 for a budget without an end, such as that of a task for its whole life.
 */
export async function markOnce(tx: WriteTx, budget: string, period: number, mark: string): Promise<boolean> {
  const row = await tx.db
    .insertInto("budget_marks")
    .values({ budget, period, mark, at: tx.now })
    .onConflict((oc) => oc.doNothing())
    .returning("mark")
    .executeTakeFirst();
  return row !== undefined;
}

/** How many marks with this beginning there are of each budget in its period, by budget. */
export async function countMarks(
  db: Tx,
  periods: ReadonlyMap<string, number>,
  beginning: string,
): Promise<Map<string, number>> {
  if (periods.size === 0) return new Map();
  const rows = await db
    .selectFrom("budget_marks")
    .select(({ fn }) => ["budget", "period", fn.countAll<string | number>().as("n")])
    .where("period", "in", [...new Set(periods.values())])
    .where("mark", "like", `${beginning}%`)
    .groupBy(["budget", "period"])
    .execute();
  const own = rows.filter(({ budget, period }) => periods.get(budget) === period);
  return new Map(own.map(({ budget, n }) => [budget, Number(n)]));
}
