import type { BudgetPeriod } from "@harness/protocol";
import { sql } from "kysely";
import type { Tx } from "../storage/index.ts";
import { fromMicro } from "./money.ts";
import type { Period } from "./period.ts";
import { type SumOf, scopeOfSum, scopesOf } from "./scopes.ts";
import type { Amounts } from "./spending.ts";
import type { LedgerRow, LedgerTurn } from "./turn-ledger.ts";

/** A sum of the ledger: of what, and over which period. */
export interface WantedSum {
  readonly of: SumOf;
  readonly kind: BudgetPeriod;
  readonly period: Period;
}

/**
 * What turns have used of a sum in a period that is not over, exactly as it was added when they did, except some. The
 * time of the
 * turns of tasks is left out where the sum is of a project or of everything: there it is the time of attempts.
 */
export async function sumTurns(db: Tx, wanted: WantedSum, except: readonly string[]): Promise<Amounts> {
  const row = await queryTurns(db, wanted, except).executeTakeFirstOrThrow();
  const number = (name: keyof typeof row) => Number(row[name] ?? 0);
  return {
    input_tokens: number("input_tokens"),
    output_tokens: number("output_tokens"),
    cost_usd: fromMicro(number("cost_microusd")),
    cost_unknown: number("unknown") > 0,
    wall_ms: number("wall_ms"),
    turns: number("turns"),
  };
}

/** The query of it, for a test to ask the database how it would answer. */
export function queryTurns(db: Tx, { of, kind, period: { begins } }: WantedSum, except: readonly string[]) {
  const { project_id, agent, account, model } = of;
  let query = db.selectFrom("ledger").where(kind === "night" ? "night" : "calendar_day", ">=", begins);
  if (project_id !== undefined) query = query.where("project_id", "=", project_id);
  if (agent !== undefined) query = query.where("agent", "=", agent);
  if (account !== undefined) query = query.where("account", "=", account);
  if (model !== undefined)
    query = query.where((eb) => eb.or([eb("model", "=", model), eb("asked_model", "=", model)]));
  if (except.length > 0) query = query.where("turn_id", "not in", [...except]);
  const time = timeIsOfTurns(of) ? sql`wall_ms` : sql`case when task_id is null then wall_ms else 0 end`;
  return query.select(({ fn }) => [
    fn.sum<string | number | null>("input_tokens").as("input_tokens"),
    fn.sum<string | number | null>("output_tokens").as("output_tokens"),
    fn.sum<string | number | null>("cost_microusd").as("cost_microusd"),
    sql<string | number | null>`sum(${time})`.as("wall_ms"),
    // A turn counts where it began.
    sql<string | number>`count(distinct case when started_at >= ${begins} then turn_id end)`.as("turns"),
    sql<
      string | number | null
    >`max(case when cut_short = 1 or (ended_at is not null and cost_source is null) then 1 else 0 end)`.as(
      "unknown",
    ),
  ]);
}

/** The same of one turn that runs, as it is now: what it ran for is added when it ends. */
export function sumOpen(
  { of, kind, period }: WantedSum,
  turn: LedgerTurn,
  rows: readonly LedgerRow[],
): readonly Amounts[] {
  if (!scopesOf(turn).includes(scopeOfSum(of))) return [];
  const within = rows.filter((row) => (kind === "night" ? row.night : row.calendar_day) >= period.begins);
  const timed = timeIsOfTurns(of) || turn.task_id === null;
  const began = rows[0] !== undefined && rows[0].started_at >= period.begins;
  return [
    { turns: began ? 1 : 0 },
    ...within.map((row) => ({
      input_tokens: row.input_tokens ?? 0,
      output_tokens: row.output_tokens ?? 0,
      cost_usd: fromMicro(row.cost_microusd ?? 0),
      cost_unknown: row.cut_short === 1,
      wall_ms: timed ? row.wall_ms : 0,
    })),
  ];
}

/** Whether the time of a sum is that of turns: of a project and of everything it is that of attempts. */
export function timeIsOfTurns({ agent, account, model }: SumOf): boolean {
  return (agent ?? account ?? model) !== undefined;
}
