import type { OperationName } from "@harness/protocol";
import type { Stale } from "./affected.ts";

/** Answers that cost the server much, and the least time between two readings of one because of events (milliseconds). */
const dear: Partial<Record<OperationName, number>> = { "stats/series": 5_000 };

/** The time of the page, and what is done later; answers how to call that off. */
export interface PageTime {
  now(): number;
  later(ms: number, job: () => void): () => void;
}

/** The browser's. */
export const pageTime: PageTime = {
  now: () => performance.now(),
  later(ms, job) {
    const timer = setTimeout(job, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Has answers read anew that are out of date: at once, or, where an answer is dear and was read a moment ago, as soon as
 * it may be. Whatever happens meanwhile is in that reading.
 */
export class Rereads {
  readonly #read: (stale: Stale) => void;
  readonly #time: PageTime;
  readonly #last = new Map<OperationName, number>();
  readonly #due = new Map<OperationName, () => void>();

  constructor(read: (stale: Stale) => void, time: PageTime = pageTime) {
    this.#read = read;
    this.#time = time;
  }

  /** Something is out of date. */
  hear(stale: Stale): void {
    const { operation } = stale;
    const least = dear[operation];
    if (least === undefined) {
      this.#read(stale);
      return;
    }
    if (this.#due.has(operation)) return;
    const wait = (this.#last.get(operation) ?? Number.NEGATIVE_INFINITY) + least - this.#time.now();
    const read = () => {
      this.#due.delete(operation);
      this.#last.set(operation, this.#time.now());
      this.#read(stale);
    };
    if (wait <= 0) read();
    else this.#due.set(operation, this.#time.later(wait, read));
  }

  /** Reads nothing more. */
  stop(): void {
    for (const callOff of this.#due.values()) callOff();
    this.#due.clear();
  }
}
