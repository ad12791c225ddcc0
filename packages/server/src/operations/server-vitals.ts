import type { Result } from "@harness/protocol";
import type { OperationsDeps } from "./deps.ts";

/** What whoever runs the server looks at: how much there is of it, who listens, and whether it keeps up. */
export async function vitals({
  clock,
  startedAt,
  storage,
  log,
  feeds,
  clients,
  loopDelay,
}: OperationsDeps): Promise<
  Pick<Result<"server/status">, "uptime_ms" | "database_bytes" | "events" | "clients" | "process">
> {
  const { cursors, lag } = feeds.audience;
  const { rss, heapUsed } = process.memoryUsage();
  return {
    uptime_ms: Math.max(0, clock.now() - startedAt),
    database_bytes: await storage.size(),
    events: { head_seq: log.headSeq, oldest_seq: feeds.oldestSeq },
    clients: { ...clients(), subscriptions: cursors, lag },
    process: { rss_bytes: rss, heap_bytes: heapUsed, event_loop_p99_ms: loopDelay.p99Ms },
  };
}
