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
export { countMarks, markOnce } from "./marks.ts";
export { fromMicro } from "./money.ts";
export { type Night, type NightClock, nightAt } from "./night.ts";
export { type PricedUsage, type PriceTable, priced } from "./prices.ts";
export { ownScopes, scopeKey, scopesOf, WHOLE_NIGHT } from "./scopes.ts";
export { type Amounts, Spending } from "./spending.ts";
export { type LedgerTurn, TurnLedger, type Used } from "./turn-ledger.ts";
