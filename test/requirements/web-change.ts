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
];

/** What the dashboard promises of changes, evidence, review, cost and attempts. */
export const webChangeRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 6",
  promise,
  state: "done",
}));
