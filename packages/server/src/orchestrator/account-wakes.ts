import { accountsToWake, nextWake, refusedLogins } from "../agents/index.ts";
import { wakeAccount } from "./account-waits.ts";
import type { OrchestratorDeps } from "./run.ts";

type Deps = Pick<OrchestratorDeps, "storage" | "log" | "clock" | "agents">;

/**
 * Wakes accounts, each once, with all tasks that wait for it: a parked one when its quota is back, a stopped one when
 * somebody has logged in again, which is looked for whenever the dispatcher looks for work.
 */
export const accountWakes = {
  next: ({ storage }: Pick<Deps, "storage">) => nextWake(storage.reader),
  async fire({ storage, log, clock, agents }: Deps): Promise<void> {
    for (const name of await accountsToWake(storage.reader, clock.now()))
      await log.write((tx) => wakeAccount(tx, name, "timer"));
    for (const { name, mark } of await refusedLogins(storage.reader)) {
      const now = await agents.get(name)?.loginMark?.();
      if (now !== undefined && now !== mark) await log.write((tx) => wakeAccount(tx, name, "login"));
    }
  },
};
