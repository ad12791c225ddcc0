import type { Event, OperationName } from "@harness/protocol";

/** The answers that may be different once something of a kind has happened, by the first word of the event's type. */
const answers: Readonly<Record<string, readonly OperationName[]>> = {
  server: ["server/status", "agent/list"],
  project: [
    "project/list",
    "project/get",
    "project/file",
    "project/branches",
    "template/list",
    "rule/list",
    "server/status",
  ],
  task: [
    "task/get",
    "server/status",
    "problem/list",
    "project/queue_stats",
    "task/list",
    "budget/get",
    "stats/series",
  ],
  attempt: ["task/get", "server/status", "project/queue_stats", "agent/list"],
  stage: ["task/get"],
  workspace: ["task/get"],
  snapshot: ["task/get", "task/diff"],
  turn: [
    "task/get",
    "agent/list",
    "thread/list",
    "thread/get",
    "cost/sum",
    "cost/list",
    "budget/get",
    "task/artifacts",
    "budget/list",
    "stats/series",
  ],
  usage: ["task/get"],
  thread: ["thread/list", "thread/get", "thread/diff"],
  input: ["thread/get", "input/list"],
  approval: ["approval/list", "approval/rules", "server/status", "problem/list"],
  approval_rule: ["approval/rules"],
  evidence: ["task/get", "task/proof"],
  review: ["task/get", "task/proof", "task/diff"],
  branch: ["task/get", "task/proof", "project/branches"],
  grade: ["task/get", "task/proof"],
  module: ["task/get"],
  plan: ["task/get"],
  requirements: ["task/get"],
  account: ["agent/list", "server/status", "problem/list"],
  budget: ["budget/get", "budget/list", "problem/list"],
  notification: ["notification/list"],
  report: ["report/list", "report/get"],
  token: ["token/list"],
  disk: ["disk/get"],
  storage: ["server/status", "disk/get", "problem/list"],
  policy: ["rule/list"],
};

/** An answer that is out of date; with the task it is about, where the event names one. */
export interface Stale {
  readonly operation: OperationName;
  readonly task_id: string | null;
}

/** What to read anew after these events, each only once. */
export function affected(events: readonly Event[]): Stale[] {
  const stale = new Map<string, Stale>();
  for (const { type, task_id } of events) {
    for (const operation of answers[type.slice(0, type.indexOf("."))] ?? []) {
      const one = operation.startsWith("task/") && operation !== "task/list" ? task_id : null;
      stale.set(`${operation} ${one}`, { operation, task_id: one });
    }
  }
  return [...stale.values()];
}
