import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  [
    "first.example",
    "The example project is made when it is asked for; its task is played by a script, proven and reviewed, at no cost.",
  ],
  [
    "web.first-run.example",
    "From an empty installation one press shows a task done, proven and reviewed, and whose account it uses.",
  ],
  ["first.branches", "The branches a task can begin at are listed, and no hostile name among them."],
  [
    "web.new-task.branches",
    "A new task and a list offer the branches there are, and take another that is typed.",
  ],
  ["web.problems.press", "A problem says why something is stuck, and what helps is pressed where it stands."],
  ["web.touch", "What fingers press is 44 pixels high, also what is small on a desk."],
  ["first.base-at-submit", "An unknown base branch is refused when a list or a batch is submitted."],
  ["first.example-only", "What plays the example is offered to nothing else, and refuses other work."],
  ["first.example-in-the-way", "What is in the way of the example is said and not touched."],
];

/** What the first minutes with Harness promise. */
export const firstRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 6",
  promise,
  state: "done",
}));
