import { exactUsd, type Spent } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { Database, Tx } from "../storage/index.ts";
import { type Night, type NightClock, nightAt } from "./night.ts";

/** Older nights are over for good. */
const LOADED_MS = 3 * 86_400_000;

/** What is added to the sums of a night. */
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
 * agent, model and account. They are in memory, so that a report of use is judged before it is stored; the rows are
 * their copies. One process owns the data, so a sum in memory is never behind its row, and a row that could not be
 * written is put right by the next write.
 */
export class Spending {
  readonly #sums: Map<string, Sums>;
  readonly #clock: NightClock;
  /** The night asked for last: reports come by the thousand. */
  #night: Night | undefined;

  private constructor(sums: Map<string, Sums>, clock: NightClock) {
    this.#sums = sums;
    this.#clock = clock;
  }

  /** Opens the ledger with what earlier processes spent. */
  static async open(db: Tx, clock: NightClock, now: number): Promise<Spending> {
    const rows = await db
      .selectFrom("spending")
      .selectAll()
      .where("night", ">", now - LOADED_MS)
      .execute();
    const sums = rows.map(({ night, scope, ...row }) => [keyOf(night, scope), row] as const);
    return new Spending(new Map(sums), clock);
  }

  /** The night a moment lies in. */
  nightAt(now: number): Night {
    const known = this.#night;
    if (known && known.begins <= now && now < known.ends) return known;
    const night = nightAt(now, this.#clock);
    this.#night = night;
    return night;
  }

  /** Adds to the sums of some scopes, in the night of `at`. In memory; `save` makes it durable. */
  add(scopes: readonly string[], at: number, amounts: Amounts): void {
    const night = this.nightAt(at).begins;
    for (const scope of scopes) {
      const sums = this.#of(night, scope);
      sums.input_tokens += amounts.input_tokens ?? 0;
      sums.output_tokens += amounts.output_tokens ?? 0;
      sums.cost_usd = exactUsd(sums.cost_usd + (amounts.cost_usd ?? 0));
      sums.wall_ms += amounts.wall_ms ?? 0;
      sums.turns += amounts.turns ?? 0;
      sums.attempts += amounts.attempts ?? 0;
      if (amounts.cost_unknown) sums.cost_unknown = 1;
    }
  }

  /** Adds the time from one moment to another, to each night its part. */
  addWall(scopes: readonly string[], from: number, to: number): void {
    for (let at = from; at < to; ) {
      const until = Math.min(to, this.nightAt(at).ends);
      this.add(scopes, at, { wall_ms: until - at });
      at = until;
    }
  }

  /** Writes the sums of some scopes as they are now, for the nights of these moments and this one. */
  async save(tx: WriteTx, scopes: readonly string[], ...moments: readonly number[]): Promise<void> {
    const nights = new Set([tx.now, ...moments].map((at) => this.nightAt(at).begins));
    for (const night of nights) {
      for (const scope of scopes) {
        const sums = this.#sums.get(keyOf(night, scope));
        if (sums) await write(tx, night, scope, sums);
      }
    }
  }

  /** What was used of a scope in the night of a moment. */
  spent(scope: string, at: number): Spent {
    const sums = this.#sums.get(keyOf(this.nightAt(at).begins, scope)) ?? nothing();
    return {
      cost_usd: sums.cost_unknown === 1 ? null : sums.cost_usd,
      total_tokens: sums.input_tokens + sums.output_tokens,
      wall_ms: sums.wall_ms,
      turns: sums.turns,
      attempts: sums.attempts,
    };
  }

  #of(night: number, scope: string): Sums {
    const key = keyOf(night, scope);
    let sums = this.#sums.get(key);
    if (!sums) {
      sums = nothing();
      this.#sums.set(key, sums);
    }
    return sums;
  }
}

async function write(tx: WriteTx, night: number, scope: string, sums: Sums): Promise<void> {
  await tx.db
    .insertInto("spending")
    .values({ night, scope, ...sums })
    .onConflict((oc) => oc.columns(["night", "scope"]).doUpdateSet(sums))
    .execute();
}

function keyOf(night: number, scope: string): string {
  return `${night} ${scope}`;
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
