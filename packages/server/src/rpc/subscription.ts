import type { FeedCursor, Frame } from "../events/index.ts";

/** A feed of the log that goes to one connection, until it is closed. */
export class Subscription {
  readonly #cursor: FeedCursor;
  readonly #over = new AbortController();

  constructor(cursor: FeedCursor) {
    this.#cursor = cursor;
  }

  /** Hands on frames, one after another, as fast as they are taken. Rejects when the feed cannot be read or sent. */
  async run(send: (frame: Frame) => Promise<void>): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      const frames = await this.#cursor.take();
      if (frames.length === 0) await this.#cursor.wait(signal);
      for (const frame of frames) {
        if (signal.aborted) return;
        await send(frame);
      }
    }
  }

  /** Nothing is handed on after this. */
  close(): void {
    this.#over.abort();
    this.#cursor.close();
  }
}
