import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  ["seed 0", "queue.view", "GET /api/queue lists pending items; DELETE /api/queue/{id} cancels one."],
  ["seed 0", "run.cancel-alias", "POST /api/run/{id}/cancel cancels a task."],
  [
    "seed 0",
    "queue.alias",
    "POST /api/run, /api/queue and /api/tasks submit a task and answer with item_id too.",
  ],
  ["seed 2", "sessions.list", "GET /api/sessions lists sessions titled by their first message."],
  ["seed 2", "sessions.get", "GET and DELETE /api/sessions/{id} show and remove one."],
  [
    "seed 2",
    "sessions.plan",
    "GET /api/sessions/{id}/plan and /plan/stream follow the plan, across processes.",
  ],
  ["seed 2", "chat.post", "POST /api/chat answers a message, with pending tools when permission is needed."],
  ["seed 2", "chat.approve", "POST /api/chat/approve/{id} runs or rejects a pending tool under policy."],
  ["seed 2", "approvals.session", "GET and POST /api/approvals/{session} list and answer approvals."],
  ["seed 3", "task.answers", "Answers to clarifying questions can be given at submit."],
  ["seed 3", "task.modules", "A plan of modules with iterations, pass rate and quality score is followed."],
  ["seed 3", "task.results", "GET /tasks/{id}/results answers modules with code, tests and score."],
  ["seed 3", "task.log-stream", "GET /tasks/{id}/logs/stream sends log lines."],
  ["seed 3", "task.socket", "WS /ws/{task_id} sends typed events and takes INTERVENTION."],
  ["seed 3", "task.intervene", "A person's guidance reaches the running work."],
];

/** What seeds 0, 2 and 3 promise of tasks and threads, in their own shapes. */
export const seedRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
