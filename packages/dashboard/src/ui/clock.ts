import { useSyncExternalStore } from "react";

/** One timer for every age on the page. */
class Ticker {
  #now = Date.now();
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setInterval> | undefined;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => {
      this.#now = Date.now();
      for (const tell of this.#listeners) tell();
    }, 1_000);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  };

  readonly read = (): number => {
    // Whoever comes while nobody listens must not see an old time.
    if (this.#timer === undefined) this.#now = Math.floor(Date.now() / 1000) * 1000;
    return this.#now;
  };
}

const ticker = new Ticker();

/** The time, told every second (epoch milliseconds). */
export function useNow(): number {
  return useSyncExternalStore(ticker.subscribe, ticker.read);
}
