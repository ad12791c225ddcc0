/** Where the time comes from, so that tests can own it. Epoch milliseconds. */
export interface Clock {
  now(): number;
  /**
   * Calls back once, when this clock has reached a time; the returned function forgets it. A clock without it is
   * waited for with the machine's timers.
   */
  callAt?(time: number, callback: () => void): () => void;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** The longest delay the machine's timers can hold (milliseconds). */
const LONGEST_DELAY_MS = 2_147_483_647;

/**
 * Calls back when the clock has reached a time, or at once when it has passed. The callback of a far time may come
 * early, after 24 days: whoever waits looks at the clock again. Never keeps a process alive by itself.
 */
export function callAt(clock: Clock, time: number, callback: () => void): () => void {
  if (clock.callAt) return clock.callAt(time, callback);
  const delay = Math.min(LONGEST_DELAY_MS, Math.max(0, time - clock.now()));
  const timer = setTimeout(callback, delay);
  // A number where pages run, which never keep a process alive.
  if (typeof timer === "object") (timer as { unref(): void }).unref();
  return () => clearTimeout(timer);
}
