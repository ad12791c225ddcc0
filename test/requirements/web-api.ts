import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  [
    "web-api.topic-types",
    "One subscription follows several types of events; an unknown one refuses it by name.",
    "done",
  ],
  [
    "web-api.prioritize",
    "A person changes the priority of a task that has not ended, and the next claim counts with it.",
    "done",
  ],
  [
    "web-api.activity",
    "One question tells of every task that runs or waits what its agent does now, also before it is finished.",
    "done",
  ],
  [
    "web-api.diff-since",
    "The change of a task is shown since its base, its newest turn, its newest review or a snapshot, also without white space.",
    "done",
  ],
  [
    "web-api.files",
    "Whoever types the path of a file of the repository is shown those that match, the best first.",
    "done",
  ],
  ["web-api.rating", "A person rates a task with thumbs up or down and why, and takes it back.", "done"],
  [
    "web-api.search",
    "Tasks are found by words, agent, model, rating and time of submission, together with every other filter.",
    "done",
  ],
  [
    "web-api.series",
    "What happened is told day by day: tasks, durations, first passes, grades, cost and the deepest queue, without reading row by row.",
    "done",
  ],
  [
    "web-api.series-kept",
    "The figures of a day that is over are counted once, and anew when something of that day changes.",
    "done",
  ],
  [
    "web-api.vitals",
    "The status tells how large the database and the log are, who listens and how far behind, and whether the process keeps up.",
    "done",
  ],
  [
    "web-api.agents",
    "Agents are shown with where and when they were found and what they do now, without a process for each time somebody looks.",
    "done",
  ],
];

/** What whoever shows Harness to people can ask for beside the seeds: live boards, ratings, series, operations. */
export const webApiRequirements: readonly Requirement[] = rows.map(([id, promise, state]) => ({
  id,
  source: "issue 6",
  promise,
  state,
}));
