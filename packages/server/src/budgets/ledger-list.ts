import { CostRow, type CostSum } from "@harness/protocol";
import { type ExpressionBuilder, sql } from "kysely";
import { type Database, decodeCursor, type PageInfo, type Tx, toPage } from "../storage/index.ts";
import { fromMicro } from "./money.ts";

/** What is looked at of the ledger. */
export interface LedgerFilter {
  /** Nights that begin then or later, and before (epoch milliseconds). */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly project_id?: string | undefined;
  readonly task_id?: string | undefined;
  readonly thread_id?: string | undefined;
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  readonly account?: string | undefined;
  readonly stage?: string | undefined;
  /** Turns that ended from then on, and up to then (epoch milliseconds). */
  readonly ended?: readonly [from: number, to: number] | undefined;
}

/** Where a page begins and how long it is. */
export interface Paged {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The columns the ledger is added up by. */
export type LedgerGroup =
  | "night"
  | "project_id"
  | "agent"
  | "model"
  | "account"
  | "stage"
  | "role"
  | "task_id";

const EQUALS = ["project_id", "task_id", "thread_id", "agent", "model", "account", "stage"] as const;

/** Lines of the ledger, the newest turn first. Throws `invalid_cursor`. */
export async function listLedger(
  db: Tx,
  filter: LedgerFilter,
  { limit, cursor }: Paged,
): Promise<{ rows: readonly CostRow[]; page: PageInfo }> {
  let query = db.selectFrom("ledger").selectAll().where(fits(filter));
  if (cursor !== undefined) {
    const [turn = "", night, day] = decodeCursor(cursor, /^\S{1,100} \d{1,15} \d{1,15}$/).split(" ");
    query = query.where(
      sql<boolean>`(turn_id, night, calendar_day) < (${turn}, ${Number(night)}, ${Number(day)})`,
    );
  }
  const found = await query
    .orderBy("turn_id", "desc")
    .orderBy("night", "desc")
    .orderBy("calendar_day", "desc")
    .limit(limit + 1)
    .execute();
  const { rows, page } = toPage(found, limit, (row) => `${row.turn_id} ${row.night} ${row.calendar_day}`);
  return { rows: rows.map(present), page };
}

/**
 * The ledger added up by one column, in the order of its values; what has none comes first. Each sum is exact, with
 * the known part of the cost beside one that is not known whole. Throws `invalid_cursor`.
 */
export async function sumLedger(
  db: Tx,
  by: LedgerGroup,
  filter: LedgerFilter,
  { limit, cursor }: Paged,
): Promise<{ rows: readonly Omit<CostSum, "name">[]; page: PageInfo }> {
  // A null sorts last on Postgres and first on SQLite; as the empty text it sorts alike, and can be a cursor.
  const key =
    by === "night" ? sql<string | number>`night` : sql<string | number>`coalesce(${sql.ref(by)}, '')`;
  let query = db
    .selectFrom("ledger")
    .select(({ fn }) => [key.as("key"), ...sums(fn)])
    .where(fits(filter));
  if (cursor !== undefined) {
    const after = decodeCursor(cursor, by === "night" ? /^=\d{1,15}$/ : /^=.{0,500}$/su).slice(1);
    query = query.where(sql<boolean>`${key} > ${by === "night" ? Number(after) : after}`);
  }
  const found = await query
    .groupBy(key)
    .orderBy(key)
    .limit(limit + 1)
    .execute();
  const { rows, page } = toPage(found, limit, (row) => `=${row.key}`);
  return { rows: rows.map((row) => ({ key: keyOf(by, row.key), ...added(row) })), page };
}

/** The same by project and agent at once, for a report; at most so many lines. */
export async function sumByAgent(
  db: Tx,
  filter: LedgerFilter,
  limit: number,
): Promise<(Omit<CostSum, "name" | "key"> & { project_id: string; agent: string })[]> {
  const rows = await db
    .selectFrom("ledger")
    .select(({ fn }) => ["project_id", "agent", ...sums(fn)])
    .where(fits(filter))
    .groupBy(["project_id", "agent"])
    .orderBy("project_id")
    .orderBy("agent")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ project_id: row.project_id, agent: row.agent, ...added(row) }));
}

function fits(filter: LedgerFilter) {
  return (eb: ExpressionBuilder<Database, "ledger">) =>
    eb.and([
      ...EQUALS.flatMap((name) => {
        const wanted = filter[name];
        return wanted === undefined ? [] : [eb(name, "=", wanted)];
      }),
      ...(filter.since === undefined ? [] : [eb("night", ">=", filter.since)]),
      ...(filter.until === undefined ? [] : [eb("night", "<", filter.until)]),
      ...(filter.ended === undefined
        ? []
        : [eb("ended_at", ">=", filter.ended[0]), eb("ended_at", "<=", filter.ended[1])]),
    ]);
}

type Fn = ExpressionBuilder<Database, "ledger">["fn"];

function sums(fn: Fn) {
  return [
    fn.count<string | number>("turn_id").distinct().as("turns"),
    fn.sum<string | number | null>("input_tokens").as("input_tokens"),
    fn.sum<string | number | null>("cached_tokens").as("cached_tokens"),
    fn.sum<string | number | null>("output_tokens").as("output_tokens"),
    fn.sum<string | number | null>("cost_microusd").as("cost_microusd"),
    fn.sum<string | number | null>("wall_ms").as("wall_ms"),
    sql<string | number>`count(distinct case when cost_source is null or cut_short = 1 then turn_id end)`.as(
      "unknown_turns",
    ),
  ] as const;
}

type Figures = Record<
  | "turns"
  | "input_tokens"
  | "cached_tokens"
  | "output_tokens"
  | "cost_microusd"
  | "wall_ms"
  | "unknown_turns",
  string | number | null
>;

function added(row: Figures): Omit<CostSum, "key" | "name"> {
  const number = (name: keyof Figures) => Number(row[name] ?? 0);
  const cost_known_usd = fromMicro(number("cost_microusd"));
  const unknown_turns = number("unknown_turns");
  return {
    turns: number("turns"),
    input_tokens: number("input_tokens"),
    cached_tokens: number("cached_tokens"),
    output_tokens: number("output_tokens"),
    cost_usd: unknown_turns > 0 ? null : cost_known_usd,
    cost_known_usd,
    unknown_turns,
    wall_ms: number("wall_ms"),
  };
}

function keyOf(by: LedgerGroup, key: string | number): string | null {
  if (by === "night") return new Date(Number(key)).toISOString();
  return key === "" ? null : String(key);
}

function present(row: Database["ledger"]): CostRow {
  const {
    night,
    calendar_day,
    started_at,
    ended_at,
    cost_microusd,
    cut_short,
    asked_model: _,
    wall_ms: __,
    ...rest
  } = row;
  return CostRow.parse({
    ...rest,
    day: new Date(night).toISOString(),
    calendar_day: new Date(calendar_day).toISOString(),
    cost_usd: cost_microusd === null ? null : fromMicro(cost_microusd),
    cut_short: cut_short === 1,
    started_at: new Date(started_at).toISOString(),
    ended_at: ended_at === null ? null : new Date(ended_at).toISOString(),
  });
}
