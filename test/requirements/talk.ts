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
  [
    "issue 4",
    "thread.fork-item",
    "A fork ends at an item: nothing said later is in it, and its workspace is as it was before a turn that was cut.",
  ],
  [
    "seed 1",
    "turn.telemetry",
    "A turn records first output, completion, retries, exit code and a classed failure.",
  ],
  ["seed 1", "sdk.typescript", "The TypeScript client runs a thread and polls as seed 1's SDK does."],
  ["seed 1", "agent.anthropic-api", "The Anthropic API drives a thread."],
  [
    "seed 2",
    "strategy.authoring",
    "Grounded, a request for a change is given to the model with the files it may be about, and the plan and a look are asked for before edits.",
  ],
  [
    "issue 4 / seed 1",
    "health.project",
    "health/check says how a project does: grades of its work, what is wrong now and what helps; null where nothing is known.",
  ],
];

/** What conversations and their clients are promised beyond the first rows. */
export const talkRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
