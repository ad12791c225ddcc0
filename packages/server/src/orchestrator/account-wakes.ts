import { accountsToWake, nextWake } from "../agents/index.ts";
import { wakeAccount } from "./account-waits.ts";
import type { OrchestratorDeps } from "./run.ts";

/** Parked accounts whose quota is back: each is woken once, with all tasks that wait for it. */
export const accountWakes = {
  next: ({ storage }: Pick<OrchestratorDeps, "storage">) => nextWake(storage.reader),
  async fire({ storage, log, clock }: Pick<OrchestratorDeps, "storage" | "log" | "clock">): Promise<void> {
    const due = await accountsToWake(storage.reader, clock.now());
    for (const name of due) await log.write((tx) => wakeAccount(tx, name, "timer"));
  },
};
