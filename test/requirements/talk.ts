import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  [
    "seed 2",
    "sessions.authoring",
    "The planner state says what the newest turn means to write and how far it is; validated is Harness's word alone.",
  ],
  [
    "issue 6",
    "cli.prove",
    "A conversation is proven from the command line: the task is named, followed, and shown beside the thread.",
  ],
];

/** What conversations and their clients are promised beyond the first rows. */
export const talkRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
