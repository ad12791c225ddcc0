import { type CostSource, exactUsd, type Usage } from "@harness/protocol";
import type { PricedUsage } from "../budgets/index.ts";

/** Reports of use reach the database at most this late, and at most this often (milliseconds). */
const LATE_MS = 100;
const ZERO: Usage = { input_tokens: 0, output_tokens: 0, cached_tokens: 0, total_tokens: 0, cost_usd: null };

/** What came on top since an earlier report. */
export type AddedUse = Record<"input_tokens" | "output_tokens" | "cached_tokens" | "cost_usd", number>;
const nothing = (): AddedUse => ({ input_tokens: 0, output_tokens: 0, cached_tokens: 0, cost_usd: 0 });

/** Whose use is counted. */
export interface MeterOwner {
  /** Says what a report cost, where the agent does not. */
  price(usage: Usage): PricedUsage;
  /** Judges a use the moment it is told: what came on top now, and since the turn began. Never waits. */
  judge(added: AddedUse, inTurn: AddedUse, source: CostSource | null): void;
  /** Stores what came on top since the last store, and the newest report. What it throws keeps the use pending. */
  store(added: AddedUse, usage: Usage): Promise<void>;
}

/**
 * Counts what one turn uses. Each report is judged in memory in the step it arrives in; the totals are written at most
 * every tenth of a second and once more at the end, so that they are exact.
 */
export class UsageMeter {
  readonly #owner: MeterOwner;
  readonly #used = nothing();
  #pending = nothing();
  #raw: Usage | null = null;
  #newest: Usage | null = null;
  #source: CostSource | null = null;
  #stored: Usage | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown;

  constructor(owner: MeterOwner) {
    this.#owner = owner;
  }

  /** The newest report. */
  get usage(): Usage | null {
    return this.#newest;
  }

  /** Takes a report, which counts from the start of the turn. Never waits. */
  report(raw: Usage): void {
    const { usage, source } = this.#owner.price(raw);
    const added = {
      ...difference(this.#newest ?? ZERO, usage),
      cost_usd: this.#costAdded(usage.cost_usd, source !== this.#source),
    };
    this.#raw = raw;
    this.#newest = usage;
    this.#source = source;
    add(this.#pending, added);
    add(this.#used, added);
    this.#owner.judge(added, this.#used, source);
    this.#timer ??= setTimeout(() => this.#flush(), LATE_MS);
  }

  /** Takes the newest report again: what it costs is told otherwise now, such as once the model is known. */
  again(): void {
    if (this.#raw) this.report(this.#raw);
  }

  /** Throws what a write threw, such as `lease_lost`. */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Writes what is not written yet and waits for it. */
  async close(): Promise<void> {
    this.#flush();
    await this.#writing;
    this.check();
  }

  /** The cost on top of what was counted so far; less than nothing only when somebody else says now what it was. */
  #costAdded(cost: number | null, otherSource: boolean): number {
    if (cost === null) return 0;
    const added = exactUsd(cost - this.#used.cost_usd);
    return otherSource ? added : Math.max(0, added);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing
      .then(() => this.#write())
      .catch((error: unknown) => {
        this.#failure ??= error;
      });
  }

  /** What arrived since the last write, in one transaction. What cannot be written stays pending. */
  async #write(): Promise<void> {
    const usage = this.#newest;
    if (usage === null || usage === this.#stored) return;
    const taken = this.#pending;
    this.#pending = nothing();
    try {
      await this.#owner.store(taken, usage);
    } catch (error) {
      add(this.#pending, taken);
      throw error;
    }
    this.#stored = usage;
  }
}

/** Tokens used between two reports; a report that takes something back takes nothing off the totals. */
function difference(before: Usage, now: Usage): Omit<AddedUse, "cost_usd"> {
  const more = (name: "input_tokens" | "output_tokens" | "cached_tokens") =>
    Math.max(0, now[name] - before[name]);
  return {
    input_tokens: more("input_tokens"),
    output_tokens: more("output_tokens"),
    cached_tokens: more("cached_tokens"),
  };
}

function add(sum: AddedUse, more: AddedUse): void {
  for (const name of Object.keys(sum) as (keyof AddedUse)[]) sum[name] += more[name];
  sum.cost_usd = exactUsd(sum.cost_usd);
}
