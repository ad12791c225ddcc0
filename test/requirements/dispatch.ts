import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  [
    "issue 5",
    "sandbox.way-out",
    "The way to listed hosts gives a program no descriptor and no variable of ours, and when it breaks the program ends.",
  ],
  [
    "issue 5",
    "process.stays-in-group",
    "Of a program known to stay in its process group nothing is left either, in it or at its output.",
  ],
];

/** What is promised of the programs that are made ready before an agent's. */
export const dispatchRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
