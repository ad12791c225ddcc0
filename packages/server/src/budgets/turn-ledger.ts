import type { CostSource, Role, StageName } from "@harness/protocol";
import { sql } from "kysely";
import type { WriteTx } from "../events/index.ts";
import { type Database, forgetDay, type Tx } from "../storage/index.ts";
import { toMicro } from "./money.ts";

/** A turn as the ledger knows it from its begin. */
export interface LedgerTurn {
  readonly turn_id: string;
  readonly thread_id: string;
  readonly project_id: string;
  /** Null for a turn of a conversation. */
  readonly task_id: string | null;
  readonly agent: string;
  readonly account: string;
  /** The model the agent says it uses; until it does, the one that was asked for. */
  readonly model: string | null;
  readonly asked_model: string | null;
  readonly stage: StageName | null;
  readonly role: Role;
}

/** What came on top in a turn. */
export interface Used {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_tokens: number;
  readonly cost_usd: number;
}

/** A line of the ledger, as it is stored. */
export type LedgerRow = Database["ledger"];

/** Where in the ledger a moment belongs: the night and the day of the calendar it lies in, by when they began. */
export interface LedgerPlace {
  readonly night: number;
  readonly calendar_day: number;
}

/** Time a turn ran in one night and day. */
export interface RanIn extends LedgerPlace {
  readonly wall_ms: number;
}

/**
 * The exact record of what every turn used: one row for each turn and each night and day it ran in, which no later
 * turn changes. The rows of turns that run are in memory, so that a use is counted before it is stored; a row that could
 * not be written is put right by the next write.
 */
export class TurnLedger {
  readonly #open = new Map<string, { turn: LedgerTurn; rows: LedgerRow[] }>();

  /** Opens a turn; false when it is open already. */
  begin(turn: LedgerTurn, at: LedgerPlace & { readonly now: number }): boolean {
    if (this.#open.has(turn.turn_id)) return false;
    this.#open.set(turn.turn_id, { turn, rows: [newRow(turn, at, at.now)] });
    return true;
  }

  /** Goes on with a turn an earlier process had begun; undefined when the ledger has none of that id. */
  async resume(db: Tx, turnId: string): Promise<LedgerTurn | undefined> {
    const known = this.#open.get(turnId);
    if (known) return known.turn;
    const rows = await db
      .selectFrom("ledger")
      .selectAll()
      .where("turn_id", "=", turnId)
      .orderBy("night")
      .orderBy("calendar_day")
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return undefined;
    const turn = turnOf(last);
    this.#open.set(turnId, { turn, rows });
    return turn;
  }

  /** A turn that is open. */
  turn(turnId: string): LedgerTurn | undefined {
    return this.#open.get(turnId)?.turn;
  }

  /** The agent says which model it uses. Answers the rows so far, or undefined when that is nothing new. */
  named(turnId: string, model: string): readonly LedgerRow[] | undefined {
    const open = this.#open.get(turnId);
    if (!open || open.turn.model === model) return undefined;
    open.turn = { ...open.turn, model };
    for (const row of open.rows) row.model = model;
    return open.rows;
  }

  /** The turns that are open, with their rows as they are now. */
  open(): readonly (readonly [LedgerTurn, readonly LedgerRow[]])[] {
    return [...this.#open.values()].map(({ turn, rows }) => [turn, rows] as const);
  }

  /** Adds a use in a night and day. */
  add(turnId: string, place: LedgerPlace, used: Used, source: CostSource | null): void {
    const row = this.#row(turnId, place);
    if (!row) return;
    row.input_tokens = (row.input_tokens ?? 0) + used.input_tokens;
    row.cached_tokens = (row.cached_tokens ?? 0) + used.cached_tokens;
    row.output_tokens = (row.output_tokens ?? 0) + used.output_tokens;
    if (source === null) return;
    row.cost_microusd = (row.cost_microusd ?? 0) + toMicro(used.cost_usd);
    row.cost_source = source;
  }

  /** Marks how the turn ended: what ran for how long, or that nothing ran, which costs nothing. */
  end(turnId: string, end: { now: number; ran: readonly RanIn[]; unknown: boolean }): void {
    this.#ran(turnId, end.ran);
    const rows = this.#open.get(turnId)?.rows ?? [];
    for (const row of rows) row.ended_at = end.now;
    const last = rows.at(-1);
    if (!last) return;
    // What is known of the cost stays; that it is not all is said beside it.
    if (end.unknown && last.cost_source !== null) last.cut_short = 1;
    if (end.unknown) return;
    // All is told: what was not told of one night or day was told of another, or is nothing.
    const source = rows.findLast(({ cost_source }) => cost_source !== null)?.cost_source ?? "none";
    for (const row of rows.filter(({ cost_source }) => cost_source === null)) {
      row.input_tokens ??= 0;
      row.cached_tokens ??= 0;
      row.output_tokens ??= 0;
      row.cost_microusd = 0;
      row.cost_source = source;
    }
  }

  /** Adds the time a turn ran before it was parked; what that cost may not be known whole. */
  pause(turnId: string, { ran, unknown }: { ran: readonly RanIn[]; unknown: boolean }): void {
    this.#ran(turnId, ran);
    const last = this.#open.get(turnId)?.rows.at(-1);
    if (last && unknown) last.cut_short = 1;
  }

  #ran(turnId: string, ran: readonly RanIn[]): void {
    for (const { wall_ms, ...place } of ran) {
      const row = this.#row(turnId, place);
      if (row) row.wall_ms += wall_ms;
    }
  }

  #row(turnId: string, place: LedgerPlace): LedgerRow | undefined {
    const open = this.#open.get(turnId);
    if (!open) return undefined;
    const { night, calendar_day } = place;
    const known = open.rows.find((one) => one.night === night && one.calendar_day === calendar_day);
    if (known) return known;
    const row = newRow(open.turn, place, open.rows[0]?.started_at ?? night);
    open.rows.push(row);
    return row;
  }

  /** Writes the rows of a turn as they are now. Answers their nights. */
  async save(tx: WriteTx, turnId: string): Promise<readonly number[]> {
    const rows = this.#open.get(turnId)?.rows ?? [];
    for (const row of rows)
      await tx.db
        .insertInto("ledger")
        .values(row)
        .onConflict((oc) => oc.columns(["turn_id", "night", "calendar_day"]).doUpdateSet(changesOf(row)))
        .execute();
    return rows.map(({ night }) => night);
  }

  /** The turn is over, or runs elsewhere. */
  forget(turnId: string): void {
    this.#open.delete(turnId);
  }

  /**
   * Marks a turn whose process died: what it used beyond its last report nobody knows. Answers whose it was. `over`
   * says that it does not go on.
   */
  async cutShort(tx: WriteTx, turnId: string, over: number | null): Promise<LedgerTurn | undefined> {
    this.forget(turnId);
    // It ended when it was last seen, which may be on a day whose figures were counted.
    if (over !== null) await forgetDay(tx.db, "ledger", over);
    const rows = await tx.db
      .updateTable("ledger")
      .set({ cut_short: 1, ended_at: sql`coalesce(ended_at, ${over})` })
      .where("turn_id", "=", turnId)
      .returningAll()
      .execute();
    return rows[0] && turnOf(rows[0]);
  }
}

/** What changes of a row while its turn runs; whose it is does not. */
function changesOf(row: LedgerRow): Partial<LedgerRow> {
  const { model, ended_at, input_tokens, cached_tokens, output_tokens, cost_microusd, cost_source } = row;
  const { cut_short, wall_ms } = row;
  return {
    ...{ model, ended_at, input_tokens, cached_tokens, output_tokens },
    ...{ cost_microusd, cost_source, cut_short, wall_ms },
  };
}

function newRow(turn: LedgerTurn, { night, calendar_day }: LedgerPlace, now: number): LedgerRow {
  return {
    ...turn,
    night,
    calendar_day,
    started_at: now,
    ended_at: null,
    input_tokens: null,
    cached_tokens: null,
    output_tokens: null,
    cost_microusd: null,
    cost_source: null,
    cut_short: 0,
    wall_ms: 0,
  };
}

function turnOf(row: LedgerRow): LedgerTurn {
  const { turn_id, thread_id, project_id, task_id, agent, account, model, asked_model } = row;
  return {
    ...{ turn_id, thread_id, project_id, task_id, agent, account, model, asked_model },
    stage: row.stage as StageName | null,
    role: row.role as Role,
  };
}
