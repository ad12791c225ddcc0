import { interventionsOf, transition, writeAs } from "../tasks/index.ts";
import type { Run } from "./run.ts";

/** Whether a person said something that no agent has heard yet. */
export async function unheard(run: Run): Promise<boolean> {
  const said = await interventionsOf(run.deps.storage.reader, run.task.id);
  return said.some(({ delivered }) => delivered === null);
}

/**
 * Begins to publish, unless a person said something that no agent has heard yet. From then on nothing more can be
 * said: looked up and begun in one transaction, so that no word falls between them.
 */
export async function mayPublish(run: Run): Promise<boolean> {
  if (run.signal.aborted) return true;
  return writeAs(run.deps.log, run.attempt, "publish", async (tx, task) => {
    const said = await interventionsOf(tx.db, task.id);
    if (said.some(({ delivered }) => delivered === null)) return false;
    if (task.status !== "publishing")
      await transition(tx, task, { type: "enter", status: "publishing" }, run.attempt.id);
    return true;
  });
}
