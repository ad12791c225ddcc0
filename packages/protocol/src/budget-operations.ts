import { z } from "zod";
import { NightBudget } from "./budget.ts";
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
} as const;
