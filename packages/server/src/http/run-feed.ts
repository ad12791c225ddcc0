import type { FeedCursor } from "../events/index.ts";

/** A place in a feed of frames of some shape. */
export type FeedSource<F> = Pick<FeedCursor, "wait" | "close"> & { take(): Promise<F[]> };

interface FeedRun<F, L> {
  readonly cursor: FeedSource<F>;
  /** Hands frames on; false when nobody takes them any more. */
  readonly write: (frames: readonly F[]) => Promise<boolean>;
  /** Asked when the feed is caught up after an event of it: the last thing to say, if it has ended. */
  readonly atEnd?: (() => Promise<L | undefined>) | undefined;
}

/** Hands on a feed until the signal aborts, nobody takes it or it has ended; answers what is the last thing to say. */
export async function runFeed<F, L>(
  { cursor, write, atEnd }: FeedRun<F, L>,
  signal: AbortSignal,
): Promise<L | undefined> {
  // Whatever ends a feed is an event of it: without a new one there is nothing to ask.
  let moved = true;
  while (!signal.aborted) {
    const frames = await cursor.take();
    if (frames.length > 0) {
      if (!(await write(frames))) return undefined;
      moved = true;
      continue;
    }
    const last: L | undefined = moved ? await atEnd?.() : undefined;
    moved = last !== undefined;
    if (last === undefined) {
      await cursor.wait(signal);
      continue;
    }
    // What came between the last look and the question about the end still goes first.
    const more = await cursor.take();
    if (more.length === 0) return last;
    if (!(await write(more))) return undefined;
  }
  return undefined;
}
