import { z } from "zod";
import { BudgetState, NightBudget } from "./budget.ts";
import { operation } from "./operation.ts";

/** What a night may cost and what it did. */
export const budgetOperations = {
  "budget/get": operation({
    summary: "The night's begin and end, what was spent in it and what may be, in all and by project",
    http: ["GET /budget"],
    scope: "read",
    mcp: true,
    cli: "budget",
    params: () => z.strictObject({}),
    result: () => NightBudget,
    errors: [],
  }),
  "budget/list": operation({
    summary:
      "Every budget with what was used and what is left of it: of the night, projects, agents, models, accounts",
    http: ["GET /budgets"],
    scope: "read",
    mcp: true,
    cli: "budgets",
    params: () => z.strictObject({}),
    result: () => z.object({ budgets: z.array(BudgetState) }),
    errors: [],
  }),
} as const;
