import type { CostSource, Role, StageName } from "@harness/protocol";
import { sql } from "kysely";
import type { WriteTx } from "../events/index.ts";
import type { Database, Tx } from "../storage/index.ts";
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

type Row = Database["ledger"];

/**
 * The exact record of what every turn used: one row for each turn and each night it ran in, which no later turn
 * changes. The rows of turns that run are in memory, so that a use is counted before it is stored; a row that could
 * not be written is put right by the next write.
 */
export class TurnLedger {
  readonly #open = new Map<string, { turn: LedgerTurn; rows: Row[] }>();

  /** Opens a turn; false when it is open already. */
  begin(turn: LedgerTurn, at: { readonly night: number; readonly now: number }): boolean {
    if (this.#open.has(turn.turn_id)) return false;
    this.#open.set(turn.turn_id, { turn, rows: [newRow(turn, at.night, at.now)] });
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
  named(turnId: string, model: string): readonly Row[] | undefined {
    const open = this.#open.get(turnId);
    if (!open || open.turn.model === model) return undefined;
    open.turn = { ...open.turn, model };
    for (const row of open.rows) row.model = model;
    return open.rows;
  }

  /** Adds a use in a night. */
  add(turnId: string, night: number, used: Used, source: CostSource | null): void {
    const open = this.#open.get(turnId);
    if (!open) return;
    let row = open.rows.find((one) => one.night === night);
    if (!row) {
      row = newRow(open.turn, night, open.rows[0]?.started_at ?? night);
      open.rows.push(row);
    }
    row.input_tokens = (row.input_tokens ?? 0) + used.input_tokens;
    row.cached_tokens = (row.cached_tokens ?? 0) + used.cached_tokens;
    row.output_tokens = (row.output_tokens ?? 0) + used.output_tokens;
    if (source === null) return;
    row.cost_microusd = (row.cost_microusd ?? 0) + toMicro(used.cost_usd);
    row.cost_source = source;
  }

  /** Marks how the turn ended: what ran for how long, or that nothing ran, which costs nothing. */
  end(turnId: string, end: { now: number; wall_ms: number; ran: boolean; unknown: boolean }): void {
    const rows = this.#open.get(turnId)?.rows ?? [];
    for (const row of rows) row.ended_at = end.now;
    const last = rows.at(-1);
    if (!last) return;
    last.wall_ms += end.wall_ms;
    // What is known of the cost stays; that it is not all is said beside it.
    if (end.unknown && last.cost_source !== null) last.cut_short = 1;
    if (end.ran || last.cost_source !== null) return;
    last.input_tokens ??= 0;
    last.cached_tokens ??= 0;
    last.output_tokens ??= 0;
    last.cost_microusd = 0;
    last.cost_source = "none";
  }

  /** Adds the time a turn ran before it was parked; what that cost may not be known whole. */
  pause(turnId: string, { wall_ms, unknown }: { wall_ms: number; unknown: boolean }): void {
    const last = this.#open.get(turnId)?.rows.at(-1);
    if (!last) return;
    last.wall_ms += wall_ms;
    if (unknown) last.cut_short = 1;
  }

  /** Writes the rows of a turn as they are now. Answers their nights. */
  async save(tx: WriteTx, turnId: string): Promise<readonly number[]> {
    const rows = this.#open.get(turnId)?.rows ?? [];
    for (const row of rows) {
      const { turn_id: _, night: __, ...changes } = row;
      await tx.db
        .insertInto("ledger")
        .values(row)
        .onConflict((oc) => oc.columns(["turn_id", "night"]).doUpdateSet(changes))
        .execute();
    }
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
    const rows = await tx.db
      .updateTable("ledger")
      .set({ cut_short: 1, ended_at: sql`coalesce(ended_at, ${over})` })
      .where("turn_id", "=", turnId)
      .returningAll()
      .execute();
    return rows[0] && turnOf(rows[0]);
  }
}

function newRow(turn: LedgerTurn, night: number, now: number): Row {
  return {
    ...turn,
    night,
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

function turnOf(row: Row): LedgerTurn {
  const { turn_id, thread_id, project_id, task_id, agent, account, model, asked_model } = row;
  return {
    ...{ turn_id, thread_id, project_id, task_id, agent, account, model, asked_model },
    stage: row.stage as StageName | null,
    role: row.role as Role,
  };
}
