import { HarnessError } from "@harness/protocol";
import { getTask, prioritize, rate } from "../tasks/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";
import { projectIdsOf } from "./project-ids.ts";
import { taskActivity } from "./task-activity.ts";

type Names = "task/prioritize" | "task/rate" | "task/activity";

/** What a person does with tasks on a board, and what it shows of them. */
export function boardHandlers({ log, storage }: OperationsDeps): Pick<Handlers, Names> {
  return {
    "task/prioritize": ({ task_id, priority }, { actor }) =>
      log.write(async (tx) => {
        const task = await getTask(tx.db, task_id);
        await prioritize(tx, task, priority, actor);
        return { task_id, status: task.status, priority };
      }),
    "task/rate": async ({ task_id, rating: value, comment }, { actor }) => {
      if (value === null && comment !== undefined)
        throw new HarnessError("invalid_params", "comment: a rating that is taken back has none.", {
          field: "comment",
        });
      const said = value && { value, comment: comment ?? null };
      const rating = await log.write(async (tx) => rate(tx, await getTask(tx.db, task_id), said, actor));
      return { task_id, rating };
    },
    "task/activity": async ({ project_id, limit = 500, cursor }) => {
      // Asked first: what happens meanwhile is told again rather than never.
      const last_seq = log.headSeq;
      const projectIds = await projectIdsOf(storage.reader, project_id);
      return { ...(await taskActivity(storage.reader, { projectIds, limit, cursor })), last_seq };
    },
  };
}
