import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  ["seed 3", "task.answers", "Answers to clarifying questions can be given at submit."],
  ["seed 3", "task.modules", "A plan of modules with iterations, pass rate and quality score is followed."],
  ["seed 3", "task.results", "GET /tasks/{id}/results answers modules with code, tests and score."],
  ["seed 3", "task.log-stream", "GET /tasks/{id}/logs/stream sends log lines."],
  ["seed 3", "task.socket", "WS /ws/{task_id} sends typed events and takes INTERVENTION."],
  ["seed 3", "task.intervene", "A person's guidance reaches the running work."],
];

/** What seeds 2 and 3 promise of tasks and threads, in their own shapes. */
export const seedRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
