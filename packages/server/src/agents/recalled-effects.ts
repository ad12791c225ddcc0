import type { TurnMark } from "./turn-marks.ts";

type Told = Extract<TurnMark, { effect: string }>;

/** What came of what an adapter did in a recorded turn, given when it happened: the first of a name to the first asked. */
export class RecalledEffects {
  readonly #told = new Map<string, PromiseWithResolvers<unknown>[]>();
  readonly #happened = new Map<string, number>();
  readonly #asked = new Map<string, number>();
  #over = false;

  /** What came of the next effect of this name, once it happened. */
  recall(effect: string): Promise<unknown> {
    const waiting = this.#next(effect, this.#asked);
    if (this.#over) waiting.reject(notThere(effect));
    return waiting.promise;
  }

  /** It happened. */
  happen(mark: Told): void {
    const waiting = this.#next(mark.effect, this.#happened);
    if ("gave" in mark) waiting.resolve(mark.gave);
    else waiting.reject(new Error(mark.threw));
  }

  /** Nothing happens any more: what is still waited for never did. */
  end(): void {
    this.#over = true;
    for (const [effect, all] of this.#told) for (const one of all) one.reject(notThere(effect));
  }

  #next(effect: string, counts: Map<string, number>): PromiseWithResolvers<unknown> {
    const n = counts.get(effect) ?? 0;
    counts.set(effect, n + 1);
    const all = this.#told.get(effect) ?? [];
    this.#told.set(effect, all);
    const found = all[n] ?? Promise.withResolvers<unknown>();
    all[n] = found;
    // Nobody may ask for it today.
    found.promise.catch(() => undefined);
    return found;
  }
}

function notThere(effect: string): Error {
  return new Error(`The recording has no "${effect}" here.`);
}
