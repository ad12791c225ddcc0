import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  [
    "budget.combined",
    "A budget can be of a project, an agent, a model and an account at once: it counts and holds only what matches them all.",
  ],
  [
    "budget.periods",
    "A budget lasts for a night, a day, week or month of the calendar in the zone of the night, or for good.",
  ],
  [
    "budget.sums-exact",
    "The sums of budgets are those of the ledger, to the token, the micro-dollar and the millisecond, over restarts too.",
  ],
  ["budget.sums-indexed", "The sum of a budget is found by an index, on both databases."],
  [
    "accounts.shared",
    "Agents that share a login share an account: it rests, goes on and is limited for all of them.",
  ],
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
