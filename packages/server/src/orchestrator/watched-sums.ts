import { type Spending, sumOpen, sumTurns, type TurnLedger, timeIsOfTurns } from "../budgets/index.ts";
import { sumAttempts } from "../tasks/index.ts";
import type { Budget } from "./budget-rules.ts";
import type { LimitsDeps } from "./limits-words.ts";

/**
 * Begins to keep the sums of budgets that nobody kept so far, with what was used of them in the period that is on: as
 * the ledger has it, and of turns that run as it is now. In the job of a writer, so that no turn or attempt begins, is
 * stored or ends meanwhile.
 */
export async function watchSums(
  { log }: Pick<LimitsDeps, "log">,
  budgets: readonly Budget[],
  { sums, ledger }: { readonly sums: Spending; readonly ledger: TurnLedger },
): Promise<void> {
  const missing = () => budgets.filter(({ sum, period }) => !sums.keeps(sum, period));
  if (missing().length === 0) return;
  await log.write(async (tx) => {
    for (const { sum, sum_of: of, period: kind } of missing()) {
      const wanted = { of, kind, period: sums.periodAt(kind, tx.now) };
      const open = ledger.open();
      const except = open.map(([{ turn_id }]) => turn_id);
      const used = [await sumTurns(tx.db, wanted, except)];
      if (!timeIsOfTurns(of)) used.push(await sumAttempts(tx.db, wanted.period.begins, of.project_id));
      // Read without a wait before the sum is kept: what a turn uses is in one of the two.
      for (const [turn, rows] of open) used.push(...sumOpen(wanted, ledger.turn(turn.turn_id) ?? turn, rows));
      sums.watch(sum, kind, wanted.period, used);
    }
  });
}
