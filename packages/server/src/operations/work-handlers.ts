import { getTask, intervene } from "../tasks/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";
import { steerTask } from "./steer-task.ts";
import { resultsOf } from "./task-results.ts";

/** Seed 3's view of a task's work, and a person's way to say something to it. */
export function workHandlers(deps: OperationsDeps): Pick<Handlers, "task/intervene" | "task/results"> {
  return {
    "task/intervene": async ({ task_id, guidance }, caller) => {
      // Kept first: whatever happens to the running turn, the next one hears it.
      const { status, said } = await deps.log.write(async (tx) => {
        const task = await getTask(tx.db, task_id);
        const words = { guidance: deps.redact(guidance), actor: caller.actor };
        return { status: task.status, said: await intervene(tx, task, words) };
      });
      return { task_id, status, intervention: await steerTask(deps, task_id, said) };
    },
    "task/results": ({ task_id }) => resultsOf(deps, task_id),
  };
}
