import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  ["list.submit", "harness task submit -f takes Markdown, YAML, JSON lines or standard input.", "done"],
  ["list.dry-run", "A dry run shows order and limits, and stores nothing.", "done"],
  [
    "list.every-limit",
    "A list shows every limit its tasks run under, wall time, waits and going in circles too; tags and templates set them, a project's own file does not.",
    "done",
  ],
  [
    "list.cost-warning",
    "A list with dollars for an agent that reports no costs says so before anything runs.",
    "done",
  ],
  ["list.templates", "Templates per project fill in tasks.", "done"],
  [
    "list.markdown",
    "A top-level Markdown list item is one task: its first paragraph the title, nested text its details, whole and in order.",
    "done",
  ],
  [
    "list.tags",
    "Tags in every line of the title set fields, also when it is wrapped; what is none stays text, and a misspelt one is named with the nearest.",
    "done",
  ],
  ["list.yaml", "YAML lists take the fields of the API, with defaults for all.", "done"],
  ["list.jsonl", "JSON lines take the fields of the API.", "done"],
  ["list.detect", "The format of standard input is found out.", "done"],
  ["list.problems", "Every problem of a list is named with its line.", "done"],
  ["list.limits", "A list has at most 500 items and 1 MB; more is refused by name.", "done"],
  ["list.hostile", "No text, alias bomb or prototype key does more than being refused.", "done"],
  ["list.round-trip", "Text without tags reaches the agent as it was written.", "done"],
  [
    "list.order",
    "The order of starts follows dependencies, priority and the limits of project and server.",
    "done",
  ],
  ["list.all-or-nothing", "A list with one problem submits nothing.", "done"],
  ["list.circles", "Items that wait for each other are refused, with the way around.", "done"],
  ["list.cross-project", "A task can wait for a task of another project.", "done"],
  ["list.idempotency", "A list sent again under its key is the same list.", "done"],
  ["list.filter", "Tasks can be listed by the list they came with.", "done"],
  ["list.example", "The list in examples/overnight is one Harness reads.", "done"],
  ["template.settings", "Templates are set, listed and removed per project, at most 50.", "done"],
  ["template.frozen", "A queued task keeps the template as it was.", "done"],
  ["template.limits", "A task runs under its own limits, else its template's, else the server's.", "done"],
  ["template.project-file", "A project's own file may bring templates that raise no limit.", "done"],
  ["template.cli", "harness exec, task submit and project template use templates.", "done"],
];

/** What issue 3 promises of lists. */
export const listsRequirements: readonly Requirement[] = rows.map(([id, promise, state]) => ({
  id,
  source: "issue 3",
  promise,
  state,
}));
