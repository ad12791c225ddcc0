import type { AgentRegistry } from "./agents/index.ts";
import type { Ground } from "./ground.ts";
import { pruneIdempotencyKeys } from "./tasks/index.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** An agent's conversation that nobody resumed for this long is deleted. */
const CONVERSATION_MS = 7 * DAY_MS;

/** What housekeeping looks after. */
export type Household = Ground & { readonly agents: AgentRegistry };

/** Deletes what retention no longer keeps, at start and once a day. Returns the function that ends it. */
export function startHousekeeping(household: Household): () => void {
  const run = () =>
    void tidy(household).catch((error: unknown) =>
      household.logger.warn({ err: error }, "housekeeping failed"),
    );
  const timer = setInterval(run, DAY_MS);
  timer.unref();
  run();
  return () => clearInterval(timer);
}

/** One round of housekeeping. A feed whose cursor is older than what is left is told to resync. */
export async function tidy({ loaded, log, feeds, clock, logger, agents }: Household): Promise<void> {
  await log.write(pruneIdempotencyKeys);
  for (const agent of agents.list()) await agent.forget?.(clock.now() - CONVERSATION_MS);
  const days = loaded.config.observe.event_retention_days;
  if (days === null) return;
  const deleted = await log.prune(clock.now() - days * DAY_MS);
  feeds.setOldest(await log.oldestSeq());
  if (deleted > 0) logger.info({ events: deleted }, "deleted events past their retention");
}
