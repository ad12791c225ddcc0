import type { Ground } from "./ground.ts";
import { pruneIdempotencyKeys } from "./tasks/index.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Deletes what retention no longer keeps, at start and once a day. Returns the function that ends it. */
export function startHousekeeping(ground: Ground): () => void {
  const run = () =>
    void tidy(ground).catch((error: unknown) => ground.logger.warn({ err: error }, "housekeeping failed"));
  const timer = setInterval(run, DAY_MS);
  timer.unref();
  run();
  return () => clearInterval(timer);
}

/** One round of housekeeping. A feed whose cursor is older than what is left is told to resync. */
export async function tidy({ loaded, log, feeds, clock, logger }: Ground): Promise<void> {
  await log.write(pruneIdempotencyKeys);
  const days = loaded.config.observe.event_retention_days;
  if (days === null) return;
  const deleted = await log.prune(clock.now() - days * DAY_MS);
  feeds.setOldest(await log.oldestSeq());
  if (deleted > 0) logger.info({ events: deleted }, "deleted events past their retention");
}
