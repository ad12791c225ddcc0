import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  ["web.inbox", "The approvals inbox shows exactly what is asked and answers it."],
  ["web.screens", "Problems, queue, runs, projects, agents, cost, settings and operations have screens."],
];

/** What the screens of the dashboard that list something promise. */
export const webListRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 6",
  promise,
  state: "done",
}));
