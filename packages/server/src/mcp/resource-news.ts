import type { Event } from "@harness/protocol";
import type { ServerEvent, ServerEventBus } from "@modelcontextprotocol/server";
import type { Feeds } from "../events/index.ts";

/** What goes on while agents work, too often to be news of a task as such. */
const BABBLE: ReadonlySet<string> = new Set(["message.delta", "tool.output_delta", "usage.updated"]);

/**
 * Tells who subscribed to a resource that it changed. One cursor over the log for all of them, read only while
 * somebody listens; changes that come together are told once.
 */
export class ResourceNews implements ServerEventBus {
  readonly #feeds: Pick<Feeds, "open">;
  readonly #failed: (error: unknown) => void;
  readonly #listeners = new Set<(event: ServerEvent) => void>();
  #reading: AbortController | undefined;

  constructor(feeds: Pick<Feeds, "open">, failed: (error: unknown) => void) {
    this.#feeds = feeds;
    this.#failed = failed;
  }

  publish(event: ServerEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  subscribe(listener: (event: ServerEvent) => void): () => void {
    this.#listeners.add(listener);
    if (this.#reading === undefined) {
      const reading = new AbortController();
      this.#reading = reading;
      this.#read(reading.signal).catch((error: unknown) => {
        // The next who subscribes begins anew.
        if (this.#reading === reading) this.#reading = undefined;
        this.#failed(error);
      });
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#reading?.abort();
      this.#reading = undefined;
    };
  }

  async #read(signal: AbortSignal): Promise<void> {
    const opened = this.#feeds.open({}, "head");
    if (opened.status !== "ok") return;
    const { cursor } = opened;
    try {
      while (!signal.aborted) {
        const frames = await cursor.take();
        const uris = new Set(frames.flatMap(({ event }) => changedBy(event)));
        for (const uri of uris) this.publish({ kind: "resource_updated", uri });
        if (frames.length === 0) await cursor.wait(signal);
      }
    } finally {
      cursor.close();
    }
  }
}

/** The resources an event makes stale. */
export function changedBy({ type, task_id }: Pick<Event, "type" | "task_id">): string[] {
  if (type === "report.created") return ["harness://reports/latest"];
  if (type.startsWith("project.")) return ["harness://projects"];
  if (task_id === null || BABBLE.has(type)) return [];
  const task = `harness://tasks/${task_id}`;
  const uris = [`${task}/log`];
  if (!type.startsWith("item.") && type !== "turn.warning") uris.push(task);
  if (type.startsWith("task.")) uris.push("harness://tasks", "harness://problems");
  if (type === "snapshot.taken") uris.push(`${task}/diff`);
  if (type === "evidence.recorded" || type === "review.completed") uris.push(`${task}/evidence`);
  return uris;
}
