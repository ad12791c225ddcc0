import { type Clock, callAt } from "@harness/protocol";
import type { EventLog } from "../events/index.ts";
import type { Storage } from "../storage/index.ts";
import type { Judgement } from "./verdict.ts";

/** How long hits are kept in memory before they are written, together. */
const FLUSH_MS = 2000;

export interface RuleHitsDeps {
  readonly log: EventLog;
  readonly storage: Storage;
  readonly clock: Clock;
}

/** How often a rule matched, and when last. */
export interface RuleHit {
  readonly hits: number;
  readonly last_at: number;
}

/** Counts how often each rule matched. Counts of the last seconds are lost when the server is killed. */
export class RuleHits implements AsyncDisposable {
  readonly #deps: RuleHitsDeps;
  #counted = new Map<string, number>();
  #forget: (() => void) | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(deps: RuleHitsDeps) {
    this.#deps = deps;
  }

  /** Counts every rule that matched anything of an action once. */
  count({ rule, segments }: Judgement): void {
    const ids = segments.flatMap(({ matches }) => matches.map(({ id }) => id));
    for (const id of new Set(rule === null ? ids : [...ids, rule.id]))
      this.#counted.set(id, (this.#counted.get(id) ?? 0) + 1);
    if (this.#counted.size === 0 || this.#forget !== undefined) return;
    const { clock } = this.#deps;
    this.#forget = callAt(clock, clock.now() + FLUSH_MS, () => void this.flush().catch(() => undefined));
  }

  /** Writes what was counted. */
  async flush(): Promise<void> {
    this.#forget?.();
    this.#forget = undefined;
    const counted = this.#counted;
    this.#counted = new Map();
    if (counted.size > 0) this.#writing = this.#writing.then(() => this.#write(counted));
    await this.#writing;
  }

  async #write(counted: ReadonlyMap<string, number>): Promise<void> {
    await this.#deps.log.write(async ({ db, now }) => {
      for (const [rule_id, hits] of counted)
        await db
          .insertInto("rule_hits")
          .values({ rule_id, hits, last_at: now })
          .onConflict((same) =>
            same.column("rule_id").doUpdateSet((eb) => ({
              hits: eb("rule_hits.hits", "+", hits),
              last_at: now,
            })),
          )
          .execute();
    });
  }

  /** All counts, those not written yet included. */
  async all(): Promise<ReadonlyMap<string, RuleHit>> {
    await this.flush();
    const rows = await this.#deps.storage.reader.selectFrom("rule_hits").selectAll().execute();
    return new Map(
      rows.map(({ rule_id, hits, last_at }) => [rule_id, { hits: Number(hits), last_at: Number(last_at) }]),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
  }
}
