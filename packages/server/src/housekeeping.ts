import { callAt } from "@harness/protocol";
import type { AgentRegistry } from "./agents/index.ts";
import type { Ground } from "./ground.ts";
import { pruneNotifications } from "./notifications/index.ts";
import type { Orchestrator } from "./orchestrator/index.ts";
import { watchSpace } from "./space-watch.ts";
import { pruneIdempotencyKeys } from "./tasks/index.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** An agent's conversation that nobody resumed for this long is deleted. */
const CONVERSATION_MS = 7 * DAY_MS;

/** What housekeeping looks after. */
export type Household = Ground & { readonly agents: AgentRegistry; readonly orchestrator: Orchestrator };

/**
 * Deletes what retention no longer keeps, at start, once a day and when the disk fills up. Returns the function that
 * ends it and waits for what it had begun.
 */
export function startHousekeeping(household: Household): () => Promise<void> {
  const { clock, logger } = household;
  let round = Promise.resolve();
  let forget = () => {};
  const run = () => {
    round = tidy(household).catch((error: unknown) => logger.warn({ err: error }, "housekeeping failed"));
    forget = callAt(clock, clock.now() + DAY_MS, run);
  };
  run();
  const endWatch = watchSpace({ ...household, clean: async () => {} });
  return async () => {
    forget();
    await Promise.all([endWatch(), round]);
  };
}

/** One round of housekeeping. A feed whose cursor is older than what is left is told to resync. */
export async function tidy({ loaded, log, feeds, clock, logger, agents }: Household): Promise<void> {
  await log.write(pruneIdempotencyKeys);
  await log.write(pruneNotifications);
  for (const agent of agents.list()) await agent.forget?.(clock.now() - CONVERSATION_MS);
  const days = loaded.config.observe.event_retention_days;
  if (days === null) return;
  const deleted = await log.prune(clock.now() - days * DAY_MS);
  feeds.setOldest(await log.oldestSeq());
  if (deleted > 0) logger.info({ events: deleted }, "deleted events past their retention");
}
