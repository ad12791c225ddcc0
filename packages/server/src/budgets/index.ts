export {
  doubled,
  type Exhausted,
  exhausted,
  type Moment,
  remainingMs,
  remainingUsd,
  timeUp,
} from "./budget.ts";
export { type Night, type NightClock, nightAt } from "./night.ts";
export { type Amounts, Spending, WHOLE_NIGHT } from "./spending.ts";
