import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  [
    "web.changes",
    "Changes are read as a tree and lines, since the base, a turn, a review or a snapshot; comments on lines are collected and sent together, and the agent answers them.",
  ],
  ["web.changes.large", "A change of thousands of lines stays responsive: few of its lines are in the page."],
  [
    "web.changes.inert",
    "Names and contents of files are inert in the view of changes, and what hides is seen.",
  ],
  [
    "web.evidence",
    "Every run of a check shows its command, exit, counts, duration, commit, hash and output as verified; what an agent says is claimed.",
  ],
  [
    "web.review",
    "Review rounds show their findings worst first, say when the work has moved on, and are taken over into what a person asks for.",
  ],
  [
    "web.task.cost",
    "The cost of a task stands against its limits, added up and turn by turn; unknown is unknown.",
  ],
  [
    "web.attempts",
    "The attempts at a task show how each ended and stand side by side; a person rates the result.",
  ],
];

/** What the dashboard promises of changes, evidence, review, cost and attempts. */
export const webChangeRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 6",
  promise,
  state: "done",
}));
