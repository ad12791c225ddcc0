import type { Usage } from "../port.ts";
import { addUsage } from "./words.ts";

/**
 * What one turn used. A turn that is steered late has several results, each with the exact figures of its part; in
 * between, the model's messages are counted as they come.
 */
export class UsageTally {
  /** The sum of the results so far. */
  #exact: Usage | null = null;
  /** The newest counts of each message since; a message is reported once for each of its blocks. */
  readonly #since = new Map<string, Usage>();

  /** Counts a message of the model, whose cost is not known yet. */
  count(message_id: string, usage: Usage): void {
    this.#since.set(message_id, usage);
  }

  /** Takes the figures of a result, in place of what was counted since the last one. */
  settle(usage: Usage): void {
    this.#since.clear();
    this.#exact = this.#exact === null ? usage : addUsage(this.#exact, usage);
  }

  /** All that is known to be used. The cost of a part that is still going on is unknown, and so is that of the sum. */
  get total(): Usage | null {
    const parts = [...(this.#exact === null ? [] : [this.#exact]), ...this.#since.values()];
    return parts.length === 0 ? null : parts.reduce(addUsage);
  }

  /** The same while the turn runs: at least so much it costs already. */
  get soFar(): Usage | null {
    const { total } = this;
    return total === null ? null : { ...total, cost_usd: this.#exact?.cost_usd ?? null };
  }
}
