import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { startPostgres } from "../../../../test/support/postgres.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { spends } from "../support/spending-agent.ts";
import { testDir } from "../support/test-app.ts";
import { type BudgetWorld, budgetWorld } from "./budget-world.ts";
import { sumFiles } from "./world.ts";

const HOUR_MS = 3_600_000;
const budget = (name: string, lines: string) => `[[budgets]]\nname = "${name}"\n${lines}`;

async function secondProject(w: BudgetWorld): Promise<void> {
  const root = makeRepository(w.path("other"), sumFiles);
  await w.call("project/create", { root, id: "other", validation: "none" });
}

describe.each(["sqlite", "postgres"] as const)("a combined budget on %s", (database) => {
  it("holds only what matches all it names, for its period, and says so [req:budget.combined, budget.periods]", async () => {
    await using w = await budgetWorld({
      database,
      config: budget("both", 'project = "app"\nagent = "claude"\nperiod = "month"\nmax_tokens = 1500'),
    });
    await secondProject(w);
    expect((await w.run({ prompt: spends({ tokens: 600 }) })).status).toBe("done");
    // The same agent elsewhere does not count.
    expect((await w.run({ prompt: spends({ tokens: 5000 }), project: "other" })).status).toBe("done");
    const over = await w.run({ prompt: spends({ tokens: 1000, ends: "stay" }) });
    const until = "2026-02-01T00:00:00.000Z";
    expect(over).toMatchObject({
      status: "waiting",
      not_before: until,
      block_reason: { code: "budget", budget: "both", needs: "timer", until },
    });
    expect(over.block_reason?.message).toBe(
      "Budget both of project app, agent claude has used 1600 of 1500 tokens. It goes on when the next month begins, or when [[budgets]] both.max_tokens is raised and the server restarted.",
    );
    const queued = await w.run({ prompt: spends({}), agent: "claude" });
    expect(queued).toMatchObject({ status: "waiting", attempts: 0, block_reason: { budget: "both" } });
    expect((await w.run({ prompt: spends({ tokens: 10 }), project: "other" })).status).toBe("done");
    expect((await w.call("budget/list", {})).budgets).toMatchObject([
      {
        ...{ id: "both", scope: "combined", name: "project app, agent claude", period: "month" },
        of: { project: "app", agent: "claude", model: null, account: null },
        ...{ begins_at: "2026-01-01T00:00:00.000Z", ends_at: until },
        spent: { total_tokens: 1600, turns: 2 },
        left: { tokens: 0 },
        reached: expect.stringContaining("1600 of 1500"),
      },
    ]);
    expect((await w.call("budget/get", {})).all.reached).toBeNull();
  }, 180_000);
});

it("a budget of a day holds over midnight no more, and one for good until it is raised [req:budget.periods]", async () => {
  const dir = testDir("periods");
  const config = (most: number) =>
    `${budget("daily", 'model = "opus"\nperiod = "day"\nmax_turns = 1')}\n${budget("ever", `project = "app"\nperiod = "total"\nmax_attempts = ${most}`)}`;
  try {
    const first = await budgetWorld({ dir, config: config(2) });
    const { clock } = first;
    const opus = { agent: "claude", model: "opus" };
    expect((await first.run({ prompt: spends({ tokens: 10 }), ...opus })).status).toBe("done");
    const held = await first.run({ prompt: spends({ tokens: 10 }), ...opus });
    const midnight = "2026-01-11T00:00:00.000Z";
    expect(held.block_reason).toMatchObject({ budget: "daily", until: midnight });
    clock.advance(2 * HOUR_MS);
    await first.event(({ type, task_id }) => type === "task.ended" && task_id === held.id);
    const last = await first.run({ prompt: spends({ tokens: 10 }) });
    expect(last).toMatchObject({
      ...{ status: "waiting", attempts: 0, not_before: null },
      block_reason: { code: "budget", budget: "ever", needs: "person", until: null },
    });
    expect(last.block_reason?.message).toBe(
      "Budget ever of project app has used its 2 attempts. It goes on when [[budgets]] ever.max_attempts is raised and the server restarted.",
    );
    expect((await first.call("budget/list", {})).budgets.map((one) => [one.id, one.spent.turns])).toEqual([
      ["daily", 1],
      ["ever", 2],
    ]);
    expect((await first.call("budget/list", {})).budgets[1]).toMatchObject({
      ...{ begins_at: null, ends_at: null, used_percent: 100 },
    });
    await first.app.stop("restart");
    // What it used stands in the ledger and the attempts, days later too; raised, it lets the task go on.
    clock.advance(5 * 24 * HOUR_MS);
    await using second = await budgetWorld({ dir, clock, config: config(5) });
    await second.event(({ type, task_id }) => type === "task.ended" && task_id === last.id);
    expect((await second.call("budget/list", {})).budgets[1]?.spent).toMatchObject({ attempts: 3, turns: 3 });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

const kinds = ["night", "day", "week", "month", "total"] as const;
const about = [
  "",
  'project = "app"',
  'agent = "claude"',
  'model = "sonnet"',
  'project = "app"\nmodel = "opus"',
  'project = "app"\nagent = "claude"\nmodel = "sonnet"\naccount = "claude"',
];

describe.each(["sqlite", "postgres"] as const)("the sums of budgets on %s", (database) => {
  it("are the same after a restart, to the token, the micro-dollar and the millisecond, over every period and whatever they are of [req:budget.sums-exact, budget.combined]", async () => {
    const dir = testDir("sums");
    const postgres = database === "postgres" ? await startPostgres() : undefined;
    const env: Record<string, string> = postgres ? { HARNESS_DATABASE_URL: postgres.url } : {};
    const budgets = kinds.flatMap((period) =>
      about.map((of, index) =>
        budget(`${period}-${index}`, `${of}\nperiod = "${period}"\nmax_tokens = 1000000`),
      ),
    );
    const config = budgets.join("\n");
    try {
      const first = await budgetWorld({ dir, env, config });
      const { clock } = first;
      await secondProject(first);
      const used = (w: BudgetWorld, id: string) =>
        w.event((event) => event.task_id === id && event.type === "usage.updated");
      await first.run({ prompt: spends({ tokens: 7, cost: 0.000001 }), model: "opus" });
      await first.run({ prompt: spends({ tokens: 11, cost: 0.333333 }), project: "other", model: "sonnet" });
      // One that runs over midnight and into the next night, and is stopped there.
      const long = await first.submit({ prompt: spends({ tokens: 13, ends: "stay" }) });
      await used(first, long);
      clock.advance(2 * HOUR_MS + 1);
      const other = await first.submit({ prompt: spends({ tokens: 17, ends: "stay" }), project: "other" });
      await used(first, other);
      clock.advance(12 * HOUR_MS + 7);
      for (const task_id of [long, other]) {
        await first.call("task/cancel", { task_id });
        await first.settled(task_id);
      }
      await first.run({ prompt: spends({ tokens: 19, cost: 0.1 }) });
      const before = await first.call("budget/list", {});
      await first.app.stop("restart");
      await using second = await budgetWorld({ dir, clock, env, config });
      const after = await second.call("budget/list", {});
      expect(after).toEqual(before);
      const spent = Object.fromEntries(after.budgets.map((one) => [one.id, one.spent]));
      const running = { long: 14 * HOUR_MS + 8, other: 12 * HOUR_MS + 7 };
      expect(spent["total-0"]).toEqual({
        ...{ total_tokens: 67, turns: 5, attempts: 5, cost_usd: null },
        wall_ms: running.long + running.other,
      });
      expect(spent["day-1"]).toMatchObject({
        ...{ total_tokens: 19, turns: 1, attempts: 1 },
        wall_ms: running.long - 2 * HOUR_MS,
      });
      expect(spent["total-4"]).toEqual({
        ...{ total_tokens: 7, turns: 1, attempts: 0, wall_ms: 0, cost_usd: 0.000001 },
      });
      expect(spent["total-5"]).toMatchObject({ total_tokens: 39, turns: 3, wall_ms: running.long });
      expect(spent["day-5"]).toMatchObject({
        ...{ total_tokens: 19, turns: 1 },
        wall_ms: running.long - 2 * HOUR_MS,
      });
    } finally {
      await postgres?.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  }, 180_000);
});
