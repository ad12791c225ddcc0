import type { Clock } from "@harness/protocol";

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  callAt(time: number, callback: () => void): () => void;
  /** Moves the time forward and calls, in order, whoever waited for a time on the way. */
  advance(ms: number): void;
  /** The times somebody waits for, the next one first. */
  readonly waiting: readonly number[];
}

/** Builds a clock that shows `start` (RFC 3339 or epoch milliseconds). */
export function manualClock(start: string | number): ManualClock {
  let now = typeof start === "number" ? start : Date.parse(start);
  let waiting: { time: number; callback: () => void }[] = [];
  const clock: ManualClock = {
    now: () => now,
    callAt(time, callback) {
      const entry = { time, callback };
      waiting.push(entry);
      if (time <= now) queueMicrotask(fire);
      return () => {
        waiting = waiting.filter((one) => one !== entry);
      };
    },
    advance(ms) {
      now += ms;
      fire();
    },
    get waiting() {
      return waiting.map(({ time }) => time).sort((a, b) => a - b);
    },
  };
  function fire() {
    const due = waiting.filter(({ time }) => time <= now).sort((a, b) => a.time - b.time);
    waiting = waiting.filter(({ time }) => time > now);
    for (const { callback } of due) callback();
  }
  return clock;
}
