import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";

/** What the night may cost and what it did. */
export function budgetHandlers(deps: OperationsDeps): Pick<Handlers, "budget/get"> {
  return { "budget/get": () => deps.limits.view() };
}
