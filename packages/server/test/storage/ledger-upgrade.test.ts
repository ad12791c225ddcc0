import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { type Dialect, Kysely, PostgresDialect, SqliteDialect, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { Pool } from "pg";
import { expect, it } from "vitest";
import { startPostgres } from "../../../../test/support/postgres.ts";
import { openStorage } from "../../src/storage/index.ts";
import { migrations } from "../../src/storage/migrations.ts";

const at = Date.parse("2026-01-10T22:00:00Z");
const used = '{"input_tokens":7,"output_tokens":3,"cached_tokens":2,"total_tokens":10,"cost_usd":0.25}';

/** The statements that stand for what an older version left behind. */
const older = [
  `insert into threads values ('thr_1', 'proj_1', 'task_1', 'implementer', 'claude', 'opus', null, 't', 'idle', null, null, null,
     '{}', null, null, null, '{}', 2, ${at}, ${at})`,
  ...["turn_1", "turn_2"].map(
    (
      id,
    ) => `insert into turns (id, thread_id, task_id, role, round, agent, model, status, usage, rolled_back, started_at, ended_at)
      values ('${id}', 'thr_1', 'task_1', 'implementer', 1, 'claude', 'opus', 'completed', ${id === "turn_1" ? `'${used}'` : "null"},
      0, ${at}, ${at + 500})`,
  ),
  `insert into spending values (${at}, 'night', 7, 3, 0.25, 1, 500, 2, 1, ${at}), (${at}, 'proj_1', 7, 3, 0.25, 1, 500, 2, 1, null)`,
];

async function leaveBehind(dialect: Dialect): Promise<void> {
  const db = new Kysely<unknown>({ dialect });
  const known = Object.entries(migrations).filter(([name]) => name < "0006");
  const provider = { getMigrations: async () => Object.fromEntries(known) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  expect(error).toBeUndefined();
  for (const statement of older) await sql.raw(statement).execute(db);
  await db.destroy();
}

it.each(["sqlite", "postgres"] as const)(
  "turns and reached caps of an older version are taken over, on %s [req:budget.ledger]",
  async (name) => {
    const dir = mkdtempSync(path.join(tmpdir(), "harness-upgrade-"));
    const postgres = name === "postgres" ? await startPostgres() : undefined;
    try {
      const file = path.join(dir, "old.db");
      await leaveBehind(
        postgres
          ? new PostgresDialect({ pool: new Pool({ connectionString: postgres.url }) })
          : new SqliteDialect({ database: new Sqlite(file) }),
      );
      await using storage = await openStorage({ file, databaseUrl: postgres?.url });
      expect(
        await storage.reader.selectFrom("ledger").selectAll().orderBy("turn_id").execute(),
      ).toMatchObject([
        {
          ...{ turn_id: "turn_1", night: Date.parse("2026-01-10"), project_id: "proj_1", task_id: "task_1" },
          ...{ agent: "claude", account: "claude", model: "opus", stage: null, role: "implementer" },
          ...{ input_tokens: 7, cached_tokens: 2, output_tokens: 3, cost_microusd: 250_000 },
          ...{ cost_source: "vendor", cut_short: 0, wall_ms: 500 },
        },
        { turn_id: "turn_2", input_tokens: null, cost_microusd: null, cost_source: null },
      ]);
      expect(await storage.reader.selectFrom("budget_marks").selectAll().execute()).toEqual([
        { budget: "night", period: at, mark: "100", at },
      ]);
    } finally {
      await postgres?.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  },
);
