import type { Params } from "@harness/protocol";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrations } from "../../src/storage/migrations.ts";
import { type World, world } from "../scenarios/world.ts";
import { manualClock } from "../support/manual-clock.ts";

for (const database of ["sqlite", "postgres"] as const) {
  describe(`looking for tasks, on ${database}`, () => {
    const clock = manualClock("2026-03-01T10:00:00Z");
    let w: World;
    const ids: Record<string, string> = {};
    beforeAll(async () => {
      w = await world({ database, clock });
      await w.call("project/update", { project: "app", active: false });
      const tasks: Record<string, Params<"task/create">> = {
        login: { prompt: "Die ÜBERSICHT der Anmeldung", title: "Login page", agent: "writer" },
        quota: { prompt: `100%_sure \\ done\n"quoted" ${"long ".repeat(1000)}end`, model: "opus" },
        plain: { prompt: "prompt of nothing else", labels: ["a"] },
      };
      for (const [name, params] of Object.entries(tasks)) {
        ids[name] = await w.submit({ project: "app", ...params });
        clock.advance(60_000);
      }
    });
    afterAll(() => w[Symbol.asyncDispose]());

    const find = async (params: Params<"task/list">) => {
      const { data, counts } = await w.call("task/list", { ...params, counts: true });
      expect(counts.total).toBe(data.length);
      return data.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id));
    };

    it.each([
      ["übersicht", ["login"]],
      ["page LOGIN", ["login"]],
      ["login nothing", []],
      ["100%_", ["quota"]],
      ["1%0", []],
      ["\\ done", ["quota"]],
      ['"quoted"', ["quota"]],
      ["end", []],
      ["prompt", ["plain"]],
      ["   ", ["plain", "quota", "login"]],
    ])("by the words %j [req:web-api.search]", async (q, found) => {
      expect(await find({ q })).toEqual(found);
    });

    it("by id, agent, model, time and all of it together [req:web-api.search]", async () => {
      expect(await find({ q: ids["plain"]!.slice(-8).toLowerCase() })).toEqual(["plain"]);
      expect(await find({ agent: ["writer"] })).toEqual(["login"]);
      expect(await find({ agent: ["auto", "writer"] })).toEqual(["plain", "quota", "login"]);
      expect(await find({ model: "opus" })).toEqual(["quota"]);
      const second = new Date(clock.now() - 120_000).toISOString();
      expect(await find({ created_after: second })).toEqual(["plain", "quota"]);
      expect(await find({ created_before: second })).toEqual(["login"]);
      expect(await find({ created_before: "1999-01-01T00:00:00+02:00" })).toEqual([]);
      expect(await find({ created_after: "2999-01-01T00:00:00Z" })).toEqual([]);
      expect(await find({ created_after: second, q: "nothing", label: "a", rating: "none" })).toEqual([
        "plain",
      ]);
      await expect(w.call("task/list", { q: "x".repeat(201) })).rejects.toMatchObject({
        code: "invalid_params",
      });
    });

    it("by who did the turns, whoever was asked [req:web-api.search]", async () => {
      await w.app.log.write(({ db, now }) =>
        sql`insert into turns (id, thread_id, task_id, role, round, agent, model, status, rolled_back, started_at)
          values ('turn_1', 'thr_1', ${ids["plain"]}, 'implementer', 1, 'critic', 'sonnet', 'completed', 0, ${now})`.execute(
          db,
        ),
      );
      expect(await find({ agent: ["critic"] })).toEqual(["plain"]);
      expect(await find({ model: "sonnet" })).toEqual(["plain"]);
      expect(await find({ agent: ["nobody"] })).toEqual([]);
    });

    it("by who did very many turns [req:web-api.search]", async () => {
      const numbers = sql`with recursive n (i) as (select 1 union all select i + 1 from n where i < 1200)`;
      await w.app.log.write(({ db, now }) =>
        sql`insert into turns (id, thread_id, task_id, role, round, agent, model, status, rolled_back, started_at)
          ${numbers} select 'many_' || i, 'thr_1', ${sql.val(ids["quota"])}, 'implementer', 1, 'busy', 'small', 'completed', 0,
            ${sql.lit(now)} from n`.execute(db),
      );
      expect(await find({ agent: ["busy"] })).toEqual(["quota"]);
      expect(await find({ agent: ["busy", "writer"] })).toEqual(["quota", "login"]);
      expect(await find({ model: "small" })).toEqual(["quota"]);
      await w.app.log.write(({ db }) => sql`delete from turns where agent = 'busy'`.execute(db));
    });

    it("that were there before there were words of them [req:web-api.search]", async () => {
      await w.app.log.write(async ({ db }) => {
        await sql`update tasks set branch = 'harness/Old-Branch' where id = ${ids["plain"]}`.execute(db);
        for (const statement of [
          "alter table tasks drop column rating_note",
          "drop index tasks_rating",
          "alter table tasks drop column rating",
          "drop index tasks_created",
          "drop table task_words",
        ])
          await sql.raw(statement).execute(db);
        await migrations["0011_board"]!.up(db);
      });
      expect(await find({ q: "old-branch" })).toEqual(["plain"]);
      expect(await find({ q: "übersicht" })).toEqual(["login"]);
    });
  });
}

it("a published task is found by its branch [req:web-api.search]", async () => {
  await using w = await world();
  const task = await w.run();
  expect((await w.call("task/list", { q: task.branch! })).data).toMatchObject([{ id: task.id }]);
});
