import type { CostSource, Usage } from "@harness/protocol";
import {
  fromMicro,
  type LedgerPlace,
  type LedgerTurn,
  ownScopes,
  type PricedUsage,
  priced,
  type RanIn,
  scopesOf,
  type TurnLedger,
  type Used,
} from "../budgets/index.ts";
import type { WriteTx } from "../events/index.ts";
import type { BudgetTable } from "./budget-table.ts";
import type { LimitsDeps, Live } from "./limits-words.ts";

/** What the accounts of turns need of those who hold the budgets. */
interface Holder {
  readonly table: BudgetTable;
  readonly ledger: TurnLedger;
  readonly live: ReadonlyMap<string, Live>;
  readonly watch: (live: Live) => void;
  readonly forget: (id: string) => void;
  /** Judges every budget over these sums now. */
  readonly judge: (scopes: readonly string[]) => void;
}

/**
 * The accounts of turns, of tasks and conversations alike: each has its line in the ledger, and every use of it is
 * added to the sums of all it counts for before anything is stored.
 *
 *   begin → watch → use … → save (at most every tenth of a second) → end | park → resume | cut short by a crash
 */
export class TurnAccounts {
  readonly #deps: Pick<LimitsDeps, "storage" | "clock" | "prices">;
  readonly #holder: Holder;
  readonly #ledger: TurnLedger;

  constructor(deps: Pick<LimitsDeps, "storage" | "clock" | "prices">, holder: Holder) {
    this.#deps = deps;
    this.#holder = holder;
    this.#ledger = holder.ledger;
  }

  /** Enters a turn in the ledger and counts it, in the job that begins it. */
  async begin(tx: WriteTx, turn: LedgerTurn): Promise<void> {
    if (this.#ledger.begin(turn, { ...this.#placeOf(tx.now), now: tx.now }))
      this.#sums.add(scopesOf(turn), tx.now, { turns: 1 });
    await this.save(tx, turn.turn_id);
  }

  /** Goes on with a turn that was parked, or begun by an earlier process. */
  async resume(turnId: string): Promise<void> {
    await this.#ledger.resume(this.#deps.storage.reader, turnId);
  }

  /** Watches a turn while its agent runs. A turn of a task is stopped through its attempt. */
  watch(turnId: string, live: Pick<Live, "task_id" | "limits" | "stop">): void {
    const turn = this.#ledger.turn(turnId);
    if (!turn) return;
    const scopes = () => {
      const now = this.#ledger.turn(turnId) ?? turn;
      // What an attempt runs is booked to the night and to its project as a whole.
      return now.task_id === null ? scopesOf(now) : ownScopes(now);
    };
    this.#holder.watch({ ...live, id: turnId, scopes, wall_ms: 0, since: this.#deps.clock.now() });
  }

  /** The sums a turn adds to. */
  scopes(turnId: string): string[] {
    const turn = this.#ledger.turn(turnId);
    return turn === undefined ? [] : scopesOf(turn);
  }

  /** The agent of a turn says which model it uses: what it used so far counts for that one too. */
  named(turnId: string, model: string): void {
    const before = this.scopes(turnId);
    const rows = this.#ledger.named(turnId, model) ?? [];
    const added = this.scopes(turnId).filter((scope) => !before.includes(scope));
    for (const [index, row] of rows.entries())
      this.#sums.add(added, Math.max(row.night, row.calendar_day), {
        input_tokens: row.input_tokens ?? 0,
        output_tokens: row.output_tokens ?? 0,
        cost_usd: fromMicro(row.cost_microusd ?? 0),
        turns: index === 0 ? 1 : 0,
      });
    this.#holder.judge(added);
  }

  /** A report of use with its cost: the vendor's, else that of the price table. */
  price(turnId: string, usage: Usage): PricedUsage {
    const turn = this.#ledger.turn(turnId);
    return priced(usage, [turn?.model ?? null, turn?.asked_model ?? null], this.#deps.prices);
  }

  /** Adds what a turn used now, and judges all budgets over it at once. */
  use(turnId: string, used: Used, source: CostSource | null): void {
    const now = this.#deps.clock.now();
    const scopes = this.scopes(turnId);
    this.#ledger.add(turnId, this.#placeOf(now), used, source);
    this.#sums.add(scopes, now, used);
    this.#holder.judge(scopes);
  }

  /** Writes a turn and the sums over it as they are now, with whatever else the job writes. */
  async save(tx: WriteTx, turnId: string): Promise<void> {
    const nights = await this.#ledger.save(tx, turnId);
    await this.#sums.save(tx, this.scopes(turnId), ...nights);
  }

  /** Closes a turn, in the job that ends it. `unknown`: it may have cost more than was told. */
  async end(tx: WriteTx, turnId: string, end: { unknown: boolean }): Promise<void> {
    const scopes = this.scopes(turnId);
    this.#ledger.end(turnId, { now: tx.now, ran: this.#bookTime(turnId, tx.now), unknown: end.unknown });
    if (end.unknown) this.#sums.add(scopes, tx.now, { cost_unknown: true });
    await this.save(tx, turnId);
    if (end.unknown) this.#holder.judge(scopes);
    this.#ledger.forget(turnId);
  }

  /** Writes a turn that waits for a person without a process: it may go on in another one. */
  async park(tx: WriteTx, turnId: string, unknown: boolean): Promise<void> {
    this.#ledger.pause(turnId, { ran: this.#bookTime(turnId, tx.now), unknown });
    if (unknown) this.#sums.add(this.scopes(turnId), tx.now, { cost_unknown: true });
    await this.save(tx, turnId);
    this.#ledger.forget(turnId);
  }

  /** The process of a turn died at some time: its cost is not known whole. `over` says that it does not go on. */
  async cutShort(tx: WriteTx, turnId: string, at: number, over = true): Promise<void> {
    this.#holder.forget(turnId);
    const turn = await this.#ledger.cutShort(tx, turnId, over ? at : null);
    if (!turn) return;
    const scopes = scopesOf(turn);
    this.#sums.add(scopes, at, { cost_unknown: true });
    await this.#sums.save(tx, scopes, at);
    this.#holder.judge(scopes);
  }

  /** A turn that did not come to run is forgotten; what was stored of it stays. */
  forget(turnId: string): void {
    this.#holder.forget(turnId);
    this.#ledger.forget(turnId);
  }

  /** Adds the time a turn ran to its sums, and watches it no more. Answers where in the ledger that time belongs. */
  #bookTime(turnId: string, now: number): RanIn[] {
    const live = this.#holder.live.get(turnId);
    if (!live) return [];
    const scopes = live.scopes();
    this.#holder.forget(turnId);
    this.#sums.addWall(scopes, live.since, now);
    const slices = this.#sums.slices(live.since, now);
    return slices.map(({ from, to }) => ({ ...this.#placeOf(from), wall_ms: to - from }));
  }

  #placeOf(now: number): LedgerPlace {
    return {
      night: this.#sums.nightAt(now).begins,
      calendar_day: this.#sums.periodAt("day", now).begins,
    };
  }

  get #sums() {
    return this.#holder.table.sums;
  }
}
