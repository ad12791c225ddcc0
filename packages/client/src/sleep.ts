/** Waits, or ends the wait at once when the signal aborts. */
export function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}

/** The pauses between tries that fail: each twice the one before, up to the longest. */
export interface Pause {
  next(): number;
  /** Something came through: the next pause is the first again. */
  reset(): void;
}

/** Pauses from the first to the longest (milliseconds). */
export function pauseOf([first, longest]: readonly [first: number, longest: number]): Pause {
  let now = first;
  return {
    next() {
      const pause = now;
      now = Math.min(now * 2, longest);
      return pause;
    },
    reset() {
      now = first;
    },
  };
}
