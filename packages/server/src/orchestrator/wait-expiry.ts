import { failureJson, findTask, patchTask, transition, unlimitedWaits } from "../tasks/index.ts";
import type { OrchestratorDeps } from "./run.ts";
import type { Timer } from "./timers.ts";

type Deps = Pick<OrchestratorDeps, "storage" | "log" | "clock">;

/** Tasks looked at in one statement. */
const STEP = 100;

/** Every wait has a total time limit: at its end the task fails, with what it waited for, and its work is kept. */
export const waitExpiry: Timer = {
  // Also one that is due already: it came due while the last look was under way.
  async next({ storage }) {
    const row = await storage.reader
      .selectFrom("tasks")
      .select((eb) => eb.fn.min("wait_expires_at").as("at"))
      .where("wait_expires_at", "is not", null)
      .executeTakeFirst();
    return row?.at ?? undefined;
  },
  async fire(deps) {
    while ((await expireSome(deps)) === STEP);
  },
};

/** Fails tasks whose wait is over, at most `STEP` of them; returns how many were due. */
async function expireSome({ storage, log, clock }: Deps): Promise<number> {
  const due = await storage.reader
    .selectFrom("tasks")
    .select("id")
    .where("wait_expires_at", "<=", clock.now())
    .orderBy("wait_expires_at")
    .limit(STEP)
    .execute();
  await Promise.all(
    due.map(({ id }) =>
      log.write(async (tx) => {
        const task = await findTask(tx.db, id);
        const reason = task?.block_reason;
        if (!task || !reason || task.wait_expires_at === null || task.wait_expires_at > tx.now) return;
        const message = `It waited since ${reason.since} for ${reason.code}, longer than its limit of ${task.limits.max_wait_ms / 1000} s: ${reason.message} Its work is kept. Remove the cause, then retry it.`;
        await transition(tx, task, { type: "finish", status: "failed", reason: "wait_expired" }, "timer", {
          error: failureJson({ code: "wait_expired", message }),
          not_before: null,
        });
      }),
    ),
  );
  return due.length;
}

/** At start: waits an older version stored without a limit get one, counted from now. Returns how many. */
export async function limitOldWaits({ log }: Pick<Deps, "log">): Promise<number> {
  let total = 0;
  for (;;) {
    const changed = await log.write(async (tx) => {
      const found = await unlimitedWaits(tx.db, tx.now, STEP);
      for (const { id, patch } of found) await patchTask(tx, id, patch);
      return found.length;
    });
    total += changed;
    if (changed === 0) return total;
  }
}
