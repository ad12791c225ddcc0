import { type BudgetPeriod, exactUsd, type Spent } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { Database, Tx } from "../storage/index.ts";
import type { Night, NightClock } from "./night.ts";
import { type Period, Periods } from "./period.ts";
import { isCombined } from "./scopes.ts";

/** Older nights are over for good. */
const LOADED_MS = 3 * 86_400_000;

/** What is added to the sums. */
export interface Amounts {
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  /** Less than nothing when the vendor's word replaces what the price table said. */
  readonly cost_usd?: number;
  /** The cost of something that ran is not known. */
  readonly cost_unknown?: boolean;
  readonly wall_ms?: number;
  readonly turns?: number;
  readonly attempts?: number;
}

type Sums = Omit<Database["spending"], "night" | "scope">;

/**
 * The sums of the ledger that budgets are held against: what was used in each night in all and by each project,
 * agent, model and account, and whatever else is watched: the sums of budgets over several of these at once or over
 * other periods. They are in memory, so that a report of use is judged before it is stored. The rows of nights are
 * their copies: one process owns the data, so a sum in memory is never behind its row, and a row that could not be
 * written is put right by the next write. What is watched is made again from the ledger by each process.
 */
export class Spending {
  readonly #sums = new Map<string, Sums>();
  readonly #periods: Periods;
  /** The periods besides the night that are summed, by scope; of a combined scope the night too. */
  readonly #watched = new Map<string, Set<BudgetPeriod>>();

  private constructor(clock: NightClock) {
    this.#periods = new Periods(clock);
  }

  /** Opens the ledger with what earlier processes spent. */
  static async open(db: Tx, clock: NightClock, now: number): Promise<Spending> {
    const rows = await db
      .selectFrom("spending")
      .selectAll()
      .where("night", ">", now - LOADED_MS)
      .execute();
    const spending = new Spending(clock);
    for (const { night, scope, ...row } of rows) spending.#sums.set(keyOf("night", night, scope), row);
    return spending;
  }

  /** The night a moment lies in. */
  nightAt(now: number): Night {
    return this.#periods.night(now);
  }

  /** The period of a kind a moment lies in. */
  periodAt(kind: BudgetPeriod, now: number): Period {
    return this.#periods.at(kind, now);
  }

  /** A stretch of time cut where a night or a day begins. */
  slices(from: number, to: number): { readonly from: number; readonly to: number }[] {
    return this.#periods.slices(from, to);
  }

  /** Whether the sum of a scope over a kind of period is kept already. */
  keeps(scope: string, period: BudgetPeriod): boolean {
    return (period === "night" && !isCombined(scope)) || this.#watched.get(scope)?.has(period) === true;
  }

  /** Keeps one more sum from now on; these were used in the period that began then. */
  watch(
    scope: string,
    kind: BudgetPeriod,
    { begins }: Pick<Period, "begins">,
    used: readonly Amounts[],
  ): void {
    const kinds = this.#watched.get(scope) ?? new Set();
    this.#watched.set(scope, kinds.add(kind));
    const sums = nothing();
    for (const amounts of used) increase(sums, amounts);
    this.#sums.set(keyOf(kind, begins, scope), sums);
  }

  /** Adds to the sums of some scopes, in the periods of `at`. In memory; `save` makes it durable. */
  add(scopes: readonly string[], at: number, amounts: Amounts): void {
    for (const scope of scopes) {
      if (!isCombined(scope)) increase(this.#of("night", at, scope), amounts);
      for (const kind of this.#watched.get(scope) ?? []) increase(this.#of(kind, at, scope), amounts);
    }
  }

  /** Adds the time from one moment to another, to each period its part. */
  addWall(scopes: readonly string[], from: number, to: number): void {
    for (const slice of this.slices(from, to))
      this.add(scopes, slice.from, { wall_ms: slice.to - slice.from });
  }

  /** Writes the sums of some scopes as they are now, for the nights of these moments and this one. */
  async save(tx: WriteTx, scopes: readonly string[], ...moments: readonly number[]): Promise<void> {
    const nights = new Set([tx.now, ...moments].map((at) => this.nightAt(at).begins));
    for (const night of nights) {
      for (const scope of scopes) {
        const sums = isCombined(scope) ? undefined : this.#sums.get(keyOf("night", night, scope));
        if (sums) await write(tx, night, scope, sums);
      }
    }
  }

  /** What was used of a scope in the period of a moment. */
  spent(scope: string, kind: BudgetPeriod, at: number): Spent {
    const sums = this.#sums.get(keyOf(kind, this.#periods.at(kind, at).begins, scope)) ?? nothing();
    return {
      cost_usd: sums.cost_unknown === 1 ? null : sums.cost_usd,
      total_tokens: sums.input_tokens + sums.output_tokens,
      wall_ms: sums.wall_ms,
      turns: sums.turns,
      attempts: sums.attempts,
    };
  }

  #of(kind: BudgetPeriod, at: number, scope: string): Sums {
    const key = keyOf(kind, this.#periods.at(kind, at).begins, scope);
    let sums = this.#sums.get(key);
    if (!sums) {
      sums = nothing();
      this.#sums.set(key, sums);
    }
    return sums;
  }
}

function increase(sums: Sums, amounts: Amounts): void {
  sums.input_tokens += amounts.input_tokens ?? 0;
  sums.output_tokens += amounts.output_tokens ?? 0;
  sums.cost_usd = exactUsd(sums.cost_usd + (amounts.cost_usd ?? 0));
  sums.wall_ms += amounts.wall_ms ?? 0;
  sums.turns += amounts.turns ?? 0;
  sums.attempts += amounts.attempts ?? 0;
  if (amounts.cost_unknown) sums.cost_unknown = 1;
}

async function write(tx: WriteTx, night: number, scope: string, sums: Sums): Promise<void> {
  await tx.db
    .insertInto("spending")
    .values({ night, scope, ...sums })
    .onConflict((oc) => oc.columns(["night", "scope"]).doUpdateSet(sums))
    .execute();
}

function keyOf(kind: BudgetPeriod, begins: number, scope: string): string {
  return `${kind} ${begins} ${scope}`;
}

function nothing(): Sums {
  return {
    input_tokens: 0,
    output_tokens: 0,
    cost_usd: 0,
    cost_unknown: 0,
    wall_ms: 0,
    turns: 0,
    attempts: 0,
  };
}
