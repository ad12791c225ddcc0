import type { Intervention } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import {
  intervene,
  interventionsOf,
  markDelivered,
  type TaskRecord,
  transition,
  writeAs,
} from "../tasks/index.ts";
import { nextInput, takeInput } from "../threads/index.ts";
import type { Run } from "./run.ts";

/** Whether a person said something that no agent has heard yet. */
export async function unheard(run: Run): Promise<boolean> {
  const { deps, attempt, task } = run;
  const known = await interventionsOf(deps.storage.reader, task.id);
  if (known.some(isFresh)) return true;
  if (!(await nextInput(deps.storage.reader, task.id))) return false;
  return (await writeAs(deps.log, attempt, "guidance", guidanceIn)).some(isFresh);
}

/** Marks what the round of a prompt has heard. */
export async function markHeard(run: Run, guidance: readonly Intervention[]): Promise<void> {
  const fresh = guidance.filter(isFresh).map(({ number }) => number);
  if (fresh.length === 0) return;
  await writeAs(run.deps.log, run.attempt, "guidance", (tx, task) =>
    markDelivered(tx, task, fresh, "next_round", run.attempt.id),
  );
}

/**
 * Begins to publish, unless a person said something that no agent has heard yet. From then on nothing more can be
 * said: looked up and begun in one transaction, so that no word falls between them.
 */
export async function mayPublish(run: Run): Promise<boolean> {
  if (run.signal.aborted) return true;
  return writeAs(run.deps.log, run.attempt, "publish", async (tx, task) => {
    if ((await guidanceIn(tx, task)).some(isFresh)) return false;
    if (task.status !== "publishing")
      await transition(tx, task, { type: "enter", status: "publishing" }, run.attempt.id);
    return true;
  });
}

/** Words queued for the next turn, when no turn would follow, are guidance: they stay with the task. */
async function guidanceIn(tx: WriteTx, task: TaskRecord): Promise<Intervention[]> {
  for (;;) {
    const queued = await nextInput(tx.db, task.id);
    if (!queued) return interventionsOf(tx.db, task.id);
    const { id, text, actor } = queued;
    await takeInput(tx, id, "started", actor);
    await intervene(tx, task, { guidance: text, actor });
  }
}

function isFresh({ delivered }: Intervention): boolean {
  return delivered === null;
}
