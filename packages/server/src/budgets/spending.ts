import type { Spent } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { Database, Tx } from "../storage/index.ts";
import { type Night, type NightClock, nightAt } from "./night.ts";

/** The scope of the sum over all projects; every other scope is a project's id. */
export const WHOLE_NIGHT = "night";
/** Older nights are over for good. */
const LOADED_MS = 3 * 86_400_000;

/** What is added to the sums of a night. */
export interface Amounts {
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  readonly cost_usd?: number;
  /** The cost of something that ran is not known. */
  readonly cost_unknown?: boolean;
  readonly wall_ms?: number;
  readonly turns?: number;
  readonly attempts?: number;
}

type Sums = Omit<Database["spending"], "night" | "scope" | "reached_at">;

/**
 * The one ledger: what every project and all of them together used in each night. The sums are in memory, so that
 * a report of use is judged before it is stored; the rows are their copies. One process owns the data, so a sum in
 * memory is never behind its row, and a row that could not be written is put right by the next write.
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
    const sums = rows.map(({ night, scope, reached_at: _, ...row }) => [keyOf(night, scope), row] as const);
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

  /** Adds to the sums of a project and of all, in the night of `at`. In memory; `save` makes it durable. */
  add(project: string, at: number, amounts: Amounts): void {
    const night = this.nightAt(at).begins;
    for (const scope of [WHOLE_NIGHT, project]) {
      const sums = this.#of(night, scope);
      sums.input_tokens += amounts.input_tokens ?? 0;
      sums.output_tokens += amounts.output_tokens ?? 0;
      sums.cost_usd += amounts.cost_usd ?? 0;
      sums.wall_ms += amounts.wall_ms ?? 0;
      sums.turns += amounts.turns ?? 0;
      sums.attempts += amounts.attempts ?? 0;
      if (amounts.cost_unknown) sums.cost_unknown = 1;
    }
  }

  /** Adds the time from one moment to another, to each night its part. */
  addWall(project: string, from: number, to: number): void {
    for (let at = from; at < to; ) {
      const until = Math.min(to, this.nightAt(at).ends);
      this.add(project, at, { wall_ms: until - at });
      at = until;
    }
  }

  /** Writes the sums of a project and of all as they are now, for the nights of these moments. */
  async save(tx: WriteTx, project: string, ...moments: readonly number[]): Promise<void> {
    const nights = new Set([tx.now, ...moments].map((at) => this.nightAt(at).begins));
    for (const night of nights) {
      for (const scope of [WHOLE_NIGHT, project]) {
        const sums = this.#sums.get(keyOf(night, scope));
        if (sums) await write(tx, night, scope, sums);
      }
    }
  }

  /** What a project, or with `WHOLE_NIGHT` all of them, used in the night of a moment. */
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

  /** Marks that a scope reached its cap in this night; true the first time. */
  async markReached(tx: WriteTx, scope: string): Promise<boolean> {
    const night = this.nightAt(tx.now).begins;
    await write(tx, night, scope, this.#of(night, scope));
    const result = await tx.db
      .updateTable("spending")
      .set({ reached_at: tx.now })
      .where("night", "=", night)
      .where("scope", "=", scope)
      .where("reached_at", "is", null)
      .executeTakeFirst();
    return Number(result.numUpdatedRows) > 0;
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
    .values({ night, scope, reached_at: null, ...sums })
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
