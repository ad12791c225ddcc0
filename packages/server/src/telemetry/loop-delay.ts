import { monitorEventLoopDelay } from "node:perf_hooks";

/** How often it is looked how late the process is (milliseconds). */
const RESOLUTION_MS = 50;
/** What is told is of two such stretches at most (milliseconds). */
const STRETCH_MS = 30_000;

/** How late the process came to what was due, over the last minute. */
export class LoopDelay implements Disposable {
  readonly #delay: ReturnType<typeof monitorEventLoopDelay>;
  readonly #turn: ReturnType<typeof setInterval>;
  #before: number | null = null;

  constructor() {
    this.#delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#delay.enable();
    this.#turn = setInterval(() => {
      this.#before = this.#now();
      this.#delay.reset();
    }, STRETCH_MS);
    this.#turn.unref();
  }

  /** The delay 99 of 100 looks stayed below (milliseconds), in the worse half of the last minute; null before the first. */
  get p99Ms(): number | null {
    const now = this.#now();
    if (now === null || this.#before === null) return now ?? this.#before;
    return Math.max(now, this.#before);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#turn);
    this.#delay.disable();
  }

  /** The histogram holds the pause of its own timer too. */
  #now(): number | null {
    if (this.#delay.count === 0) return null;
    return Math.max(0, Math.round(this.#delay.percentile(99) / 1e4 - RESOLUTION_MS * 100) / 100);
  }
}
