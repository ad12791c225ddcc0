import { accountsToWake, nextWake, refusedLogins } from "../agents/index.ts";
import { tryAccount, wakeAccount } from "./account-waits.ts";
import type { OrchestratorDeps } from "./run.ts";

type Deps = Pick<OrchestratorDeps, "storage" | "log" | "clock" | "agents" | "config">;

/**
 * Wakes accounts, each once, with all tasks that wait for it: a parked one when its quota is back (with one turn
 * first, where nobody said when that is), a stopped one when
 * somebody has logged in again, which is looked for whenever the dispatcher looks for work.
 */
export const accountWakes = {
  next: ({ storage }: Pick<Deps, "storage">) => nextWake(storage.reader),
  async fire({ storage, log, clock, agents, config }: Deps): Promise<void> {
    const retry_ms = config.limits.breaker_cooldown_secs * 1000;
    for (const { name, with_one } of await accountsToWake(storage.reader, clock.now()))
      await log.write(async (tx) => {
        if (with_one) await tryAccount(tx, name, retry_ms);
        else await wakeAccount(tx, name, "timer");
      });
    for (const { name, mark } of await refusedLogins(storage.reader)) {
      // Agents that share an account may tell their logins apart in different ways.
      const marks = await Promise.all(agents.sharing(name).map((agent) => agent.loginMark?.()));
      const known = marks.filter((one) => one !== undefined);
      if (known.length > 0 && !known.includes(mark)) await log.write((tx) => wakeAccount(tx, name, "login"));
    }
  },
};
