import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrations } from "../../src/storage/migrations.ts";
import { approves, implementer, type World, world } from "../scenarios/world.ts";
import { manualClock } from "../support/manual-clock.ts";

const HOUR = 3_600_000;

for (const database of ["sqlite", "postgres"] as const) {
  describe(`figures over time, on ${database}`, () => {
    const clock = manualClock("2026-03-30T10:00:00Z");
    let w: World;
    beforeAll(async () => {
      w = await world({ database, clock, config: '[night]\ntimezone = "Europe/Berlin"' });
      await w.call("project/update", { project: "app", active: false });
    });
    afterAll(() => w[Symbol.asyncDispose]());

    /** A task that was submitted, started and ended so many hours ago. */
    async function past(
      hours: readonly [created: number, started: number | null, finished: number | null],
      columns: Record<string, string | number | null> = {},
    ): Promise<string> {
      const id = await w.submit({ project: "app" });
      const [created_at, started_at, finished_at] = hours.map((ago) => ago && clock.now() - ago * HOUR);
      await w.app.log.write(async ({ db }) => {
        await db.deleteFrom("kept_days").execute();
        await db
          .updateTable("tasks")
          .set({ ...columns, created_at: created_at!, started_at, finished_at })
          .where("id", "=", id)
          .execute();
      });
      return id;
    }

    const series = async (days: number) => (await w.call("stats/series", { days })).days;

    it("are nothing where nothing happened [req:web-api.series]", async () => {
      const { timezone, days } = await w.call("stats/series", {});
      expect([timezone, days.length, days.at(-1)?.day]).toEqual(["Europe/Berlin", 14, "2026-03-30"]);
      expect(days.at(-1)).toEqual({
        day: "2026-03-30",
        begins: "2026-03-29T22:00:00.000Z",
        ends: "2026-03-30T22:00:00.000Z",
        submitted: 0,
        ended: { done: 0, no_change: 0, failed: 0, cancelled: 0, budget_exhausted: 0 },
        duration: { median_ms: null, p90_ms: null, of: 0 },
        first_validation: { passed: 0, of: 0 },
        first_review: { approved: 0, of: 0 },
        grades: { A: 0, B: 0, C: 0, D: 0, none: 0 },
        cost_usd: 0,
        cost_known_usd: 0,
        unknown_turns: 0,
        input_tokens: 0,
        cached_tokens: 0,
        output_tokens: 0,
        deepest_queue: 0,
      });
    });

    it("are counted on the day each thing happened [req:web-api.series]", async () => {
      const good = { status: "done", grade_letter: "A", first_validation: 1, first_review: 1 };
      // Yesterday: three submitted before the first was started, one cancelled before it began.
      for (const took of [1, 2, 3]) await past([30, 29, 29 - took], good);
      await past([30, null, 28], { status: "cancelled" });
      // Submitted yesterday and ended today; still in the queue; submitted long ago and started today.
      await past([20, 4, 2], { status: "failed", first_validation: 0, first_review: 0 });
      await past([3, null, null]);
      await past([2000, 1, null], { status: "implementing" });
      const [before, yesterday, today] = await series(3);
      expect(before).toMatchObject({ submitted: 0, deepest_queue: 1 });
      expect(yesterday).toMatchObject({
        submitted: 5,
        ended: { done: 3, cancelled: 1, failed: 0 },
        duration: { median_ms: 2 * HOUR, p90_ms: 3 * HOUR, of: 3 },
        first_validation: { passed: 3, of: 3 },
        first_review: { approved: 3, of: 3 },
        grades: { A: 3, none: 0 },
        deepest_queue: 5,
      });
      expect(today).toMatchObject({
        submitted: 1,
        ended: { failed: 1, done: 0 },
        duration: { median_ms: 2 * HOUR, of: 1 },
        first_validation: { passed: 0, of: 1 },
        first_review: { approved: 0, of: 1 },
        grades: { A: 0, none: 0 },
        // The one of long ago, the one of yesterday until four hours ago; then the new one in its place.
        deepest_queue: 2,
      });
      await expect(w.call("stats/series", { project_id: ["nowhere"] })).rejects.toMatchObject({
        code: "project_not_found",
      });
      expect(await w.call("stats/series", { project_id: ["app"], days: 3 })).toEqual(
        await w.call("stats/series", { days: 3 }),
      );
    });

    it("say what turns used, and that nobody knows it whole [req:web-api.series]", async () => {
      const turn = (id: string, ago: number, cost: number | null) =>
        w.app.log.write(async ({ db }) => {
          await db.deleteFrom("kept_days").execute();
          await sql`insert into ledger (turn_id, night, calendar_day, started_at, ended_at, project_id, thread_id, agent, account, role,
              input_tokens, cached_tokens, output_tokens, cost_microusd, cost_source, cut_short, wall_ms)
            values (${id}, 0, 0, 0, ${clock.now() - ago * HOUR}, 'proj_x', 'thr_1', 'a', 'a', 'chat', 10, 4, 5, ${cost},
              ${cost === null ? null : "vendor"}, 0, 1)`.execute(db);
        });
      await turn("turn_1", 30, 1_500_000);
      await turn("turn_2", 1, 250_000);
      await turn("turn_3", 1, null);
      const [yesterday, today] = await series(2);
      expect(yesterday).toMatchObject({
        cost_usd: 1.5,
        unknown_turns: 0,
        input_tokens: 10,
        cached_tokens: 4,
      });
      expect(today).toMatchObject({
        cost_usd: null,
        cost_known_usd: 0.25,
        unknown_turns: 1,
        output_tokens: 10,
      });
    });

    it("are counted of what was there before [req:web-api.series]", async () => {
      const task = `task_${"0".repeat(26)}`;
      await w.app.log.write(async ({ db }) => {
        for (const statement of [
          "delete from kept_days",
          "drop index tasks_ended",
          "drop index tasks_started",
          "create index tasks_finished on tasks (finished_at) where finished_at is not null",
          ...["grade_letter", "first_validation", "first_review"].map(
            (name) => `alter table tasks drop column ${name}`,
          ),
          `update tasks set grade = '{"letter":"B","score":80,"formula":"","parts":[]}' where status = 'done'`,
          `update tasks set id = '${task}' where status = 'failed'`,
          ...["0", "1"].map(
            (
              passed,
            ) => `insert into evidence (id, task_id, attempt_id, round, commit_sha, name, command, passed, reason,
              duration_ms, output_sha256, output_bytes, output, sandbox, created_at) values
              ('evd_${passed}', '${task}', 'att', 1, 'c${passed}', 'test', '[]', ${passed}, 'exited', 1, '', 0, '', 'none', 0)`,
          ),
          ...["waiting", "approved", "changes_requested"].map(
            (
              verdict,
              n,
            ) => `insert into reviews (id, task_id, attempt_id, round, commit_sha, verdict, agent, independent, summary,
              findings, created_at) values ('rev_${n}', '${task}', 'att', 1, 'c', '${verdict}', 'a', 1, '', '[]', 0)`,
          ),
        ])
          await sql.raw(statement).execute(db);
        await migrations["0012_series"]!.up(db);
      });
      const [yesterday, today] = await series(2);
      expect(yesterday).toMatchObject({ grades: { A: 0, B: 3 }, first_validation: { of: 0 } });
      expect(today).toMatchObject({
        first_validation: { passed: 0, of: 1 },
        first_review: { approved: 1, of: 1 },
      });
    });

    it("are kept of days that are over, until something of such a day changes [req:web-api.series-kept]", async () => {
      const kept = async () =>
        (
          await w.app.storage.reader
            .selectFrom("kept_days")
            .select("ends")
            .where("kind", "=", "tasks")
            .execute()
        ).map(({ ends }) => ends);
      const task_id = await w.submit({ project: "app" });
      await w.call("task/cancel", { task_id });
      const before = (await series(1))[0]!;
      clock.advance(48 * HOUR);
      expect((await series(3))[0]).toEqual(before);
      expect(await kept()).toContain(Date.parse(before.ends));
      expect((await series(3))[0]).toEqual(before);
      await w.call("task/retry", { task_id });
      expect(await kept()).not.toContain(Date.parse(before.ends));
      const after = (await series(3))[0]!;
      expect(after.ended.cancelled).toBe(before.ended.cancelled - 1);
      expect(await kept()).toContain(Date.parse(before.ends));
    });
  });
}

it("a task whose first validation failed counts as such, however it ended [req:web-api.series]", async () => {
  await using w = await world({
    agents: {
      writer: implementer(
        `write("sum.js", round === 1 ? "" : "module.exports = (a, b) => a + b;\\n"); say("done");`,
      ),
      critic: approves,
    },
  });
  const task = await w.run();
  expect(task.status).toBe("done");
  const today = (await w.call("stats/series", { days: 1 })).days[0];
  expect(today).toMatchObject({
    submitted: 1,
    ended: { done: 1 },
    first_validation: { passed: 0, of: 1 },
    first_review: { approved: 1, of: 1 },
    grades: { [task.grade?.letter ?? "none"]: 1 },
  });
});
