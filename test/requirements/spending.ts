import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  [
    "limits.own-question",
    "While a question an agent asked with its own token is open, neither its silence nor the time of its turn ends it.",
  ],
];

/** What issue 5 promises of budgets over combined things and longer times, and of small ends of limits. */
export const spendingRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 5",
  promise,
  state: "done",
}));
