import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  [
    "task.checkout",
    "harness task checkout, accept, revise and discard take finished work from there.",
    "planned",
  ],
];

/** What issue 3 promises of after done. */
export const afterDoneRequirements: readonly Requirement[] = rows.map(([id, promise, state]) => ({
  id,
  source: "issue 3",
  promise,
  state,
}));
