import { type Event, HarnessError } from "@harness/protocol";
import type { EventFilter, Feeds } from "../events/index.ts";
import { progressOf } from "./progress.ts";

/** What following works with. */
export interface FollowDeps {
  readonly feeds: Pick<Feeds, "open">;
  /** Aborted when the host cancels or goes away, or the server closes. */
  readonly signal: AbortSignal;
  /** Tells the host, in one line, what goes on. */
  readonly report: (message: string) => Promise<void>;
}

/** What is followed, and to where. */
export interface Followed<T> {
  readonly filter: EventFilter;
  /** How it stands now. */
  readonly look: () => Promise<T>;
  readonly settled: (found: T) => boolean;
  /** Whether an event can have settled it: only then it is looked at again. */
  readonly mayEnd: (event: Event) => boolean;
}

/**
 * Follows something by its events until it is settled or the signal aborts, and answers how it stands then. It only
 * looks: giving up changes nothing.
 */
export async function follow<T>(
  deps: FollowDeps,
  { filter, look, settled, mayEnd }: Followed<T>,
): Promise<T> {
  const opened = deps.feeds.open(filter, "head");
  if (opened.status !== "ok") throw new HarnessError("overloaded", "The log of events cannot be read.");
  const { cursor } = opened;
  try {
    let found = await look();
    while (!settled(found) && !deps.signal.aborted) {
      const frames = await cursor.take();
      if (frames.length === 0) await cursor.wait(deps.signal);
      for (const message of latest(frames.map(({ event }) => event))) await deps.report(message);
      if (frames.some(({ event }) => mayEnd(event))) found = await look();
    }
    return found;
  } finally {
    cursor.close();
  }
}

/** What is worth telling of events that came together: each change of stage, and the last of the many small things. */
function latest(events: readonly Event[]): string[] {
  const told = events.flatMap((event) => progressOf(event) ?? []);
  const last = told.findLastIndex(({ small }) => small);
  return told.filter(({ small }, at) => !small || at === last).map(({ text }) => text);
}
