import { findTask } from "../tasks/index.ts";
import type { Run } from "./run.ts";
import { keepWork } from "./workspace-stage.ts";

/**
 * Keeps what the tree of an attempt holds when a full disk ended it. False when there was no room for that either: the
 * tree must then stay, and the next attempt takes the work from it.
 */
export async function keepTree(run: Run): Promise<boolean> {
  const { deps, attempt } = run;
  try {
    const task = await findTask(deps.storage.reader, run.task.id);
    const place = (await deps.workspaces.list()).find((one) => one.attemptId === attempt.id);
    if (task?.base_sha && place) await keepWork({ ...run, task }, place, task.base_sha);
    return true;
  } catch (error) {
    deps.logger.warn({ err: error, attempt_id: attempt.id }, "no room to keep the work: its tree stays");
    return false;
  }
}
