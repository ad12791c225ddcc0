import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  ["budget.caps", "Caps on money, tokens, time, turns and attempts hold per task, project and night."],
  [
    "budget.within-a-second",
    "An agent that reports use one token at a time past its cap is gone within a second, whatever it ignores; the totals are exact.",
  ],
  ["budget.moments", "Turns and attempts are counted when they begin; the last one allowed may finish."],
  [
    "budget.night",
    "A night begins at a time of day in a time zone and lasts until the next, also when clocks change.",
  ],
  [
    "budget.night-all",
    "The cap of a night stops what runs in every project with its work kept, lets the queue wait visibly, and is told once.",
  ],
  ["budget.next-night", "What waits for a cap goes on by itself when the next night begins."],
  [
    "budget.raise",
    "Raising the cap of a project lets go on what waited for it; other projects never waited.",
  ],
  ["budget.lowered", "A cap that is lowered below what was used stops what runs."],
  [
    "budget.held-by-agent",
    "An agent that stops by itself at the dollars it was given ends the task, or waits, as whose cap that was says.",
  ],
  ["budget.wall-together", "Attempts that run at once use up a cap on time together."],
  ["budget.unblock-holds", "An unblock while the cap holds begins nothing: the task waits again, visibly."],
  [
    "budget.flag",
    "Claude Code's own budget flag gets the least that is left in the task, the project and the night.",
  ],
  ["budget.night-ledger", "The ledger of a night is exact after tasks that ran at once, on both databases."],
  ["budget.survives", "Totals and counted failures survive restarts and retries."],
  ["budget.operator", "Limits are the operator's: a repository's own file cannot set them."],
  ["budget.shown", "Limits and what was used against them are shown for a task, a project and the night."],
  ["budget.no-progress", "No new diff and no new test result for N turns ends the attempt."],
  [
    "budget.same-failure",
    "The same failure N times in a row ends the task, over attempts and restarts it lets the task wait for a person; ids, numbers, times and paths make no difference.",
  ],
];

/** What issue 3 promises of limits. */
export const limitsRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 3",
  promise,
  state: "done",
}));
