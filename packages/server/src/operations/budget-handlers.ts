import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";

/** What may be used, and what was. */
export function budgetHandlers(deps: OperationsDeps): Pick<Handlers, "budget/get" | "budget/list"> {
  return {
    "budget/get": () => deps.limits.view(),
    "budget/list": async () => ({ budgets: await deps.limits.list() }),
  };
}
