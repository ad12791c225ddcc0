import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  [
    "budget.ledger",
    "Every turn of tasks and conversations has an exact line: who, where, tokens by kind, cost and who says so; unknown stays unknown.",
  ],
  [
    "budget.ledger-paged",
    "The ledger is shown line by line and added up by day, project, agent, model, account, stage, role and task, in pages, on both databases.",
  ],
  [
    "budget.price-table",
    "A cost the vendor does not say comes from the price table, exact to the micro-dollar, also while the turn runs.",
  ],
  ["budget.conversations", "Conversations stand in the same ledger and are stopped by the same budgets."],
  [
    "budget.scopes",
    "Budgets of a project, an agent, a model, an account and the day stop turns where they are, let what is queued wait with the reason, and survive restarts.",
  ],
  ["budget.listed", "Every budget is shown with what was used and what is left of it."],
  ["budget.shadow", "A shadow budget stops nothing and says once what it would have stopped."],
  [
    "budget.warnings",
    "At each percentage of a cap people are told once a night, and once for a task's own caps.",
  ],
  ["breaker.opens", "After so many failures of its provider in a row nothing more of an account is started."],
  [
    "breaker.half-open",
    "After its rest one turn tries the account: its success lets all go on, its failure doubles the rest.",
  ],
  ["breaker.survives", "An account that rests does so over a restart."],
  ["breaker.visible", "An account that rests is shown, listed as a problem and told once."],
  [
    "breaker.in-flight",
    "After the first word of a used-up quota at most the turns in flight are started, however many tasks wait.",
  ],
  ["breaker.store", "The breaker of an account counts and tries alike on both databases."],
  [
    "loop.same-call",
    "A turn that uses a tool in the same way with the same outcome again and again is ended.",
  ],
  ["loop.tool-calls", "A turn that uses tools more often than allowed is ended."],
  ["loop.review", "Reviews that ask for the same again and again end the rounds, and a person is asked."],
  [
    "task.dead-letter",
    "A task that keeps failing the same way, or whose attempts leave it as it was, waits for a person.",
  ],
  [
    "task.dead-letter-crash",
    "A task the server died of three times is not begun again: it waits for a person, and others go on.",
  ],
];

/** What issue 5 promises of limits. */
export const budgetRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 5",
  promise,
  state: "done",
}));
