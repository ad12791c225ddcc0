import { type Result, runningStatuses, type TaskStatus } from "@harness/protocol";
import { listTasks, maintainedCounts } from "../tasks/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";
import { taskHandlers } from "./task-handlers.ts";

type Names = Extract<keyof Handlers, `queue/${string}`>;
type ItemStatus = Result<"queue/list">["items"][number]["status"];

const SHOWN = 100;

/** Seed 0's queue: tasks in its words. */
export function runHandlers(deps: OperationsDeps): Pick<Handlers, Names> {
  return {
    "queue/add": async ({ task, producer_model, project }, caller) => {
      const request = { prompt: task, model: producer_model, project };
      const created = await taskHandlers(deps)["task/create"](request, caller);
      return { ...created, item_id: created.task_id, status: itemStatus(created.status) };
    },
    "queue/list": async () => {
      const { rows } = await listTasks(deps.storage.reader, {}, { limit: SHOWN });
      const items = rows.map((task) => ({
        item_id: task.id,
        task: task.request.prompt ?? task.title,
        status: itemStatus(task.status),
        run_id: task.attempts > 0 ? task.id : null,
        queued_at: new Date(task.queued_at).toISOString(),
      }));
      return { pending: (await depth(deps)).queue_depth, items };
    },
    "queue/state": () => depth(deps),
  };
}

/** How many tasks run and wait, from the maintained counters. */
async function depth(deps: OperationsDeps): Promise<Result<"queue/state">> {
  const { by_status } = await maintainedCounts(deps.storage.reader, undefined);
  const sum = (statuses: readonly string[]) =>
    statuses.reduce((total, status) => total + (by_status[status] ?? 0), 0);
  return { running: sum(runningStatuses), queue_depth: sum(["queued", "waiting"]) };
}

/** What seed 0 calls a status: a wait is `pending`, a used-up budget an `error`. */
function itemStatus(status: TaskStatus): ItemStatus {
  switch (status) {
    case "queued":
    case "waiting":
      return "pending";
    case "done":
    case "no_change":
      return "done";
    case "failed":
    case "budget_exhausted":
      return "error";
    case "cancelled":
      return "cancelled";
    default:
      return "running";
  }
}
