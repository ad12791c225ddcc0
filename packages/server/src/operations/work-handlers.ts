import { getTask, intervene, interventionsOf, markDelivered } from "../tasks/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";
import { resultsOf } from "./task-results.ts";

/** Seed 3's view of a task's work, and a person's way to say something to it. */
export function workHandlers(deps: OperationsDeps): Pick<Handlers, "task/intervene" | "task/results"> {
  return {
    "task/intervene": async ({ task_id, guidance }, caller) => {
      const text = deps.redact(guidance);
      // Kept first: whatever happens to the running turn, the next one hears it.
      const { task, said } = await deps.log.write(async (tx) => {
        const current = await getTask(tx.db, task_id);
        return { task: current, said: await intervene(tx, current, { guidance: text, actor: caller.actor }) };
      });
      if (!(await deps.steer(task_id, text))) return { task_id, status: task.status, intervention: said };
      await deps.log.write(async (tx) =>
        markDelivered(tx, await getTask(tx.db, task_id), [said.number], "steered", caller.actor),
      );
      const all = await interventionsOf(deps.storage.reader, task_id);
      const intervention = all.find(({ number }) => number === said.number) ?? said;
      return { task_id, status: task.status, intervention };
    },
    "task/results": ({ task_id }) => resultsOf(deps, task_id),
  };
}
