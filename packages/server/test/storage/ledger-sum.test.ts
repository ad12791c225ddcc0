import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CompiledQuery, sql } from "kysely";
import { describe, expect, it } from "vitest";
import { startPostgres } from "../../../../test/support/postgres.ts";
import { queryTurns, sumTurns, type WantedSum } from "../../src/budgets/ledger-sum.ts";
import { type Database, openStorage, type Storage } from "../../src/storage/index.ts";

type LedgerTable = Database["ledger"];
const DAY = 86_400_000;
const ROWS = 20_000;
const NOW = Date.parse("2026-01-10T00:00:00Z");

/** Line `n` of a ledger of two hundred days, with every kind of line there is. */
function line(n: number): LedgerTable {
  const calendar_day = NOW - (n % 200) * DAY;
  const known = n % 3 !== 0;
  const task_id = n % 5 === 0 ? null : `task_${n}`;
  return {
    ...{ turn_id: `turn_${n}`, night: calendar_day - DAY / 2, calendar_day, started_at: calendar_day + 1 },
    ...{ ended_at: n % 11 === 0 ? null : calendar_day + 500, task_id, thread_id: `thr_${n}` },
    ...{ project_id: `proj_${n % 4}`, agent: `agent${n % 7}`, account: `account${n % 6}` },
    ...{ model: `model${n % 9}`, asked_model: n % 2 === 0 ? null : `model${(n + 1) % 9}` },
    ...{
      stage: null,
      role: "implementer",
      input_tokens: n,
      cached_tokens: 0,
      output_tokens: known ? 1 : null,
    },
    ...{ cost_microusd: known ? n * 3 : null, cost_source: known ? "vendor" : null },
    ...{ cut_short: n % 13 === 0 ? 1 : 0, wall_ms: n % 1000 },
  };
}

const month = { kind: "month", period: { begins: NOW - 9 * DAY, ends: NOW + DAY } } as const;
const wanted: readonly WantedSum[] = [
  { of: {}, ...month },
  { of: { project_id: "proj_1" }, ...month },
  { of: { agent: "agent2" }, ...month },
  { of: { account: "account3" }, kind: "day", period: { begins: NOW, ends: NOW + DAY } },
  { of: { model: "model4" }, ...month },
  { of: { project_id: "proj_2", agent: "agent1" }, ...month },
  { of: { project_id: "proj_2", agent: "agent1", model: "model5", account: "account0" }, ...month },
  {
    of: { agent: "agent4", model: "model1" },
    kind: "night",
    period: { begins: NOW - DAY / 2, ends: NOW + DAY },
  },
];
const total = { kind: "total", period: { begins: 0, ends: null } } as const;
const forGood: readonly WantedSum[] = [
  { of: {}, ...total },
  { of: { project_id: "proj_1", agent: "agent3" }, ...total },
];

/** The same sum, line by line. */
function added({ of, kind, period: { begins } }: WantedSum) {
  const own = (of.agent ?? of.account ?? of.model) !== undefined;
  const rows = Array.from({ length: ROWS }, (_, n) => line(n)).filter(
    (row) =>
      (kind === "night" ? row.night : row.calendar_day) >= begins &&
      (["project_id", "agent", "account"] as const).every(
        (name) => of[name] === undefined || row[name] === of[name],
      ) &&
      (of.model === undefined || row.model === of.model || row.asked_model === of.model),
  );
  const sum = (value: (row: LedgerTable) => number | null) =>
    rows.reduce((all, row) => all + (value(row) ?? 0), 0);
  return {
    input_tokens: sum((row) => row.input_tokens),
    output_tokens: sum((row) => row.output_tokens),
    cost_usd: sum((row) => row.cost_microusd) / 1e6,
    cost_unknown: rows.some(
      (row) => row.cut_short === 1 || (row.ended_at !== null && row.cost_source === null),
    ),
    wall_ms: sum((row) => (own || row.task_id === null ? row.wall_ms : 0)),
    turns: rows.length,
  };
}

async function planOf(storage: Storage, one: WantedSum): Promise<string> {
  const query = queryTurns(storage.reader, one, []).compile();
  const explain = storage.dialect === "sqlite" ? "explain query plan" : "explain";
  const rows = await storage.reader.executeQuery<Record<string, unknown>>(
    CompiledQuery.raw(`${explain} ${query.sql}`, [...query.parameters]),
  );
  return rows.rows.map((row) => String(row["detail"] ?? row["QUERY PLAN"])).join("\n");
}

describe.each(["sqlite", "postgres"] as const)("the sum of a budget on %s", (dialect) => {
  it("is exact, and found by an index without reading the whole ledger [req:budget.sums-exact, budget.sums-indexed]", async () => {
    const dir = mkdtempSync(path.join(tmpdir(), "harness-sums-"));
    const postgres = dialect === "postgres" ? await startPostgres() : undefined;
    try {
      await using storage = await openStorage({
        file: path.join(dir, "sums.db"),
        databaseUrl: postgres?.url,
      });
      for (let at = 0; at < ROWS; at += 1000)
        await storage.db
          .insertInto("ledger")
          .values(Array.from({ length: 1000 }, (_, n) => line(at + n)))
          .execute();
      await sql`analyze`.execute(storage.db);
      for (const one of [...wanted, ...forGood])
        expect(await sumTurns(storage.reader, one, []), JSON.stringify(one)).toEqual(added(one));
      expect((await sumTurns(storage.reader, wanted[2]!, ["turn_2"])).turns).toBe(
        added(wanted[2]!).turns - 1,
      );
      for (const one of wanted) {
        const plan = await planOf(storage, one);
        expect(plan, JSON.stringify(one)).toMatch(/USING INDEX ledger_|Index Scan (using|on) ledger_/);
        expect(plan, JSON.stringify(one)).not.toMatch(/SCAN ledger|Seq Scan/);
      }
    } finally {
      await postgres?.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
