export {
  doubled,
  type Exhausted,
  exhausted,
  leftOf,
  type Moment,
  mostUsed,
  remainingMs,
  remainingUsd,
  threshold,
  timeUp,
} from "./budget.ts";
export {
  type LedgerFilter,
  type LedgerGroup,
  listLedger,
  sumByAgent,
  sumLedger,
} from "./ledger-list.ts";
export { UsedInStretch, usedByStretch } from "./ledger-series.ts";
export { sumOpen, sumTurns, timeIsOfTurns } from "./ledger-sum.ts";
export { countMarks, markOnce } from "./marks.ts";
export { fromMicro } from "./money.ts";
export { type Night, type NightClock, nightAt } from "./night.ts";
export type { Period } from "./period.ts";
export { type PricedUsage, type PriceTable, priced } from "./prices.ts";
export { ownScopes, type SumOf, scopeOfSum, scopesOf, WHOLE_NIGHT } from "./scopes.ts";
export { type Amounts, Spending } from "./spending.ts";
export { type LedgerPlace, type LedgerTurn, type RanIn, TurnLedger, type Used } from "./turn-ledger.ts";
