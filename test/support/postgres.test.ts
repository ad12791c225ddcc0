import pg from "pg";
import { describe, expect, it } from "vitest";
import { startPostgres } from "./postgres.ts";

describe("the Postgres of a test run", () => {
  it("is real, shared, and gives each caller a database of its own [req:frame.postgres]", async () => {
    const [one, two] = await Promise.all([startPostgres(), startPostgres()]);
    try {
      const first = await ask(one.url, "create table t (n int); insert into t values (1)");
      expect(first).toBeDefined();
      await expect(ask(two.url, "select * from t")).rejects.toThrow(/does not exist/);
      const version = await ask(two.url, "show server_version_num");
      expect(Number(version.rows[0].server_version_num)).toBeGreaterThanOrEqual(140_000);
      expect(new URL(one.url).host).toBe(new URL(two.url).host);
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
    await expect(ask(one.url, "select 1")).rejects.toThrow(/does not exist/);
  });
});

async function ask(url: string, statement: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}
