import type { Clock } from "@harness/protocol";
import type { AgentEvent } from "../agents/index.ts";

/** Things that have begun and not ended, of which the time is kept at most. */
const MOST_OPEN = 1_000;

/** How long the things of one turn take, as Harness sees them begin and end. */
export class ItemTimes {
  readonly #clock: Pick<Clock, "now">;
  readonly #began = new Map<string, number>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Takes in that something began or ended; answers how long it took, where its beginning was seen. */
  note({ phase, item: { id } }: Extract<AgentEvent, { type: "item" }>): { readonly duration_ms?: number } {
    const now = this.#clock.now();
    const began = this.#began.get(id);
    if (phase === "started") {
      if (began === undefined && this.#began.size < MOST_OPEN) this.#began.set(id, now);
      return {};
    }
    this.#began.delete(id);
    return began === undefined ? {} : { duration_ms: Math.max(0, now - began) };
  }
}
