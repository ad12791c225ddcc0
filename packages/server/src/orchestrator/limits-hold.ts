import { BlockReason } from "@harness/protocol";
import { findTask, transition } from "../tasks/index.ts";
import { budgetReason, type LimitsDeps, type Reached } from "./limits-words.ts";

/** Tasks moved in one transaction. */
const STEP = 100;

/** Lets the queued tasks of projects whose cap is reached wait for its next period, with the reason. */
export async function holdQueued(
  { storage, log }: Pick<LimitsDeps, "storage" | "log">,
  closed: ReadonlyMap<string, Reached>,
): Promise<void> {
  for (;;) {
    const rows = await storage.reader
      .selectFrom("tasks")
      .select("id")
      .where("status", "=", "queued")
      .where("current_attempt_id", "is", null)
      .where("project_id", "in", [...closed.keys()])
      .limit(STEP)
      .execute();
    if (rows.length === 0) return;
    await log.write(async (tx) => {
      for (const { id } of rows) {
        const task = await findTask(tx.db, id);
        const reached = task && closed.get(task.project_id);
        if (task?.status !== "queued" || !reached) continue;
        const since = new Date(tx.now).toISOString();
        const until = reached.until === null ? null : new Date(reached.until).toISOString();
        const reason = { ...budgetReason(reached, id), since, until };
        await transition(tx, task, { type: "wait", reason }, "harness", { not_before: reached.until });
      }
    });
  }
}

/** Lets tasks go on that wait for a cap which holds no more: it was raised, or the server has another one now. */
export async function releaseHeld(
  { storage, log }: Pick<LimitsDeps, "storage" | "log">,
  closed: ReadonlyMap<string, Reached>,
  holds: (budget: string) => boolean,
): Promise<void> {
  const rows = await storage.reader
    .selectFrom("tasks")
    .select(["id", "project_id", "block_reason"])
    .where("status", "=", "waiting")
    .where("block_reason", "like", '%"code":"budget"%')
    .execute();
  const free = rows.filter(({ project_id, block_reason }) => {
    if (closed.has(project_id) || block_reason === null) return false;
    const { code, budget } = BlockReason.parse(JSON.parse(block_reason));
    return code === "budget" && (budget === undefined || !holds(budget));
  });
  for (let at = 0; at < free.length; at += STEP) {
    await log.write(async (tx) => {
      for (const { id } of free.slice(at, at + STEP)) {
        const task = await findTask(tx.db, id);
        if (task?.block_reason?.code !== "budget") continue;
        await transition(tx, task, { type: "unblock", by: "a raised limit" }, "harness", {
          not_before: null,
        });
      }
    });
  }
}
