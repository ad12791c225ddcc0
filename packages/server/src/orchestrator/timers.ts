import { findTask, nextTimer, transition } from "../tasks/index.ts";
import { accountWakes } from "./account-wakes.ts";
import type { OrchestratorDeps } from "./run.ts";
import { waitExpiry } from "./wait-expiry.ts";

/** What becomes due by itself, whoever may be there: it is durable, so a restart forgets none of it. */
export interface Timer {
  /** When it is next due (epoch milliseconds); undefined when nothing is. */
  next(deps: OrchestratorDeps): Promise<number | undefined>;
  /** Does everything that is due now. */
  fire(deps: OrchestratorDeps): Promise<void>;
}

/** Waits with a time end, and pauses between attempts are over. */
const timedWaits: Timer = {
  next: ({ storage, clock }) => nextTimer({ db: storage.reader, now: clock.now() }),
  async fire({ storage, log, clock }) {
    const due = await storage.reader
      .selectFrom("tasks")
      .select("id")
      .where("status", "=", "waiting")
      .where("not_before", "<=", clock.now())
      .limit(100)
      .execute();
    for (const { id } of due) {
      await log.write(async (tx) => {
        const task = await findTask(tx.db, id);
        if (task?.status === "waiting")
          await transition(tx, task, { type: "unblock", by: "timer" }, "timer", { not_before: null });
      });
    }
  },
};

const timers: readonly Timer[] = [waitExpiry, accountWakes, timedWaits];

/** Does what is due, kind after kind. */
export async function fireDue(deps: OrchestratorDeps): Promise<void> {
  for (const timer of timers) await timer.fire(deps);
}

/** When something is due next (epoch milliseconds); undefined when nothing waits for a time. */
export function nextDue(deps: OrchestratorDeps): Promise<number | undefined> {
  return earliest(deps, timers);
}

/** When work goes on by itself next: at the end of a pause or a timed wait, or when an account wakes. */
export function nextWork(deps: OrchestratorDeps): Promise<number | undefined> {
  return earliest(deps, [accountWakes, timedWaits]);
}

async function earliest(deps: OrchestratorDeps, among: readonly Timer[]): Promise<number | undefined> {
  const times = await Promise.all(among.map((timer) => timer.next(deps)));
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
