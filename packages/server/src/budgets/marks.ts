import type { WriteTx } from "../events/index.ts";
import type { Tx } from "../storage/index.ts";

/**
 * Marks that something was told of a budget in a period, such as that half of it is used; true the first time, over
 * restarts too. The period is the night's begin, or 0 for a task, whose budget is for its whole life.
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

/** How many marks with this beginning there are of the budgets in a period, by budget. */
export async function countMarks(db: Tx, period: number, beginning: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom("budget_marks")
    .select(({ fn }) => ["budget", fn.countAll<string | number>().as("n")])
    .where("period", "=", period)
    .where("mark", "like", `${beginning}%`)
    .groupBy("budget")
    .execute();
  return new Map(rows.map(({ budget, n }) => [budget, Number(n)]));
}
