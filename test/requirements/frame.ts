import type { Requirement } from "../support/requirement.ts";

/** The repository itself: its commands, rules and documents. */
export const frameRequirements: readonly Requirement[] = [
  {
    id: "frame.requirements",
    source: "issue 2 set-up",
    promise: "A promise marked done that no passing test cites fails the test run.",
    state: "done",
  },
];
