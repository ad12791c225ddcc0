import { getTask, prioritize } from "../tasks/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";

/** What a person does with tasks on a board. */
export function boardHandlers({ log }: OperationsDeps): Pick<Handlers, "task/prioritize"> {
  return {
    "task/prioritize": ({ task_id, priority }, { actor }) =>
      log.write(async (tx) => {
        const task = await getTask(tx.db, task_id);
        await prioritize(tx, task, priority, actor);
        return { task_id, status: task.status, priority };
      }),
  };
}
