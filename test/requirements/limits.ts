import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  [
    "budget.caps",
    "Caps on money, tokens, time, turns and attempts hold per task, project and night, within a second.",
    "planned",
  ],
  ["budget.no-progress", "No new diff and no new test result for N turns ends the attempt.", "planned"],
  ["budget.survives", "Totals survive restarts and retries.", "planned"],
];

/** What issue 3 promises of limits. */
export const limitsRequirements: readonly Requirement[] = rows.map(([id, promise, state]) => ({
  id,
  source: "issue 3",
  promise,
  state,
}));
