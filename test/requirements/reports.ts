import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  ["wait.total-limit", "Every wait has a total time limit.", "planned"],
  [
    "report.morning",
    "harness report tells what finished, what needs you, what failed, and what it cost.",
    "planned",
  ],
  [
    "report.landing-order",
    "Conflicts between finished branches and the landing order that avoids them are shown.",
    "planned",
  ],
  [
    "problems.list",
    "Stalled, looping, parked, over budget and waiting tasks are listed with age, reason and command.",
    "planned",
  ],
];

/** What issue 3 promises of reports. */
export const reportsRequirements: readonly Requirement[] = rows.map(([id, promise, state]) => ({
  id,
  source: "issue 3",
  promise,
  state,
}));
