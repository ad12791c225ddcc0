import { callAt } from "@harness/protocol";
import type { AgentRegistry } from "./agents/index.ts";
import type { DiskKeeper } from "./disk/index.ts";
import type { Ground } from "./ground.ts";
import { pruneNotifications } from "./notifications/index.ts";
import type { Orchestrator } from "./orchestrator/index.ts";
import { watchSpace } from "./space-watch.ts";
import { pruneIdempotencyKeys } from "./tasks/index.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** An agent's conversation that nobody resumed for this long is deleted. */
const CONVERSATION_MS = 7 * DAY_MS;

/** Pause between a start and the first cleaning of the disk: a server that starts has better to do (milliseconds). */
const FIRST_CLEAN_MS = 60_000;

/** What housekeeping looks after. */
export type Household = Ground & {
  readonly agents: AgentRegistry;
  readonly orchestrator: Orchestrator;
  readonly disk: DiskKeeper;
};

/**
 * Deletes what retention no longer keeps at start and once a day, and cleans the disk soon after the start, once a day
 * and when it fills up. Returns the function that ends it and waits for what it had begun.
 */
export function startHousekeeping(household: Household): () => Promise<void> {
  const { clock, disk, logger } = household;
  const failed = (error: unknown) => logger.warn({ err: error }, "housekeeping failed");
  const clean = () => disk.clean().then(() => {}, failed);
  let round = Promise.resolve();
  const daily = (firstMs: number, work: () => Promise<void>) => {
    let forget = () => {};
    const arm = (ms: number) => {
      forget = callAt(clock, clock.now() + ms, () => {
        arm(DAY_MS);
        round = Promise.all([round, work()]).then(() => {});
      });
    };
    arm(firstMs);
    return () => forget();
  };
  const ends = [daily(0, () => tidy(household).catch(failed)), daily(FIRST_CLEAN_MS, clean)];
  const endWatch = watchSpace({ ...household, clean });
  return async () => {
    for (const end of ends) end();
    await endWatch();
    await disk.close();
    await round;
  };
}

/** One round of housekeeping. A feed whose cursor is older than what is left is told to resync. */
export async function tidy({ loaded, log, feeds, clock, logger, agents }: Household): Promise<void> {
  await log.write(pruneIdempotencyKeys);
  await log.write(pruneNotifications);
  for (const agent of [...agents.list(), ...agents.scripted])
    await agent.forget?.(clock.now() - CONVERSATION_MS);
  const days = loaded.config.observe.event_retention_days;
  if (days === null) return;
  const deleted = await log.prune(clock.now() - days * DAY_MS);
  feeds.setOldest(await log.oldestSeq());
  if (deleted > 0) logger.info({ events: deleted }, "deleted events past their retention");
}
