export { type Budget, exhausted, remainingUsd, type Spent } from "./budget.ts";
