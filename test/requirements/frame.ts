import type { Requirement } from "../support/requirement.ts";

/** The repository itself: its commands, rules and documents. */
export const frameRequirements: readonly Requirement[] = [
  {
    id: "frame.requirements",
    source: "issue 2 set-up",
    promise: "A promise marked done that no passing test cites fails the test run.",
    state: "done",
  },
  {
    id: "frame.architecture",
    source: "DESIGN 3",
    promise:
      "Imports go down the drawing only, a folder is entered by its index.ts, and the drawing equals the code.",
    state: "done",
  },
  {
    id: "frame.rules",
    source: "STYLE",
    promise:
      "The rules of the code are checked by a machine: one door for processes, git and the environment, no shell, nothing parsed believed without a schema.",
    state: "done",
  },
  {
    id: "frame.table-owners",
    source: "DESIGN 3",
    promise: "Each table is written by one folder.",
    state: "done",
  },
  {
    id: "frame.one-process-door",
    source: "issue 2 ground",
    promise: "Only one folder starts programs.",
    state: "done",
  },
  {
    id: "frame.one-git-runner",
    source: "issue 2 ground",
    promise: "Only one folder starts git.",
    state: "done",
  },
  {
    id: "frame.no-shell",
    source: "issue 2 ground",
    promise: "No program is started through a shell.",
    state: "done",
  },
  {
    id: "frame.docs",
    source: "DESIGN 3.1",
    promise:
      "The reference pages are generated from the tables, leave nothing out and fail the run when stale.",
    state: "done",
  },
  {
    id: "frame.postgres",
    source: "DESIGN 5",
    promise: "Tests of storage run on a real Postgres that the test run starts and ends by itself.",
    state: "done",
  },
  {
    id: "frame.setup",
    source: "issue 2 set-up",
    promise: "Every npm script sets itself up on a clean clone and after the lockfile has changed.",
    state: "done",
  },
];
