import { rmSync } from "node:fs";
import type { Event, EventType } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { makeRepository } from "../support/git-fixture.ts";
import { spends } from "../support/spending-agent.ts";
import { testDir } from "../support/test-app.ts";
import { type BudgetWorld, budgetWorld, NEXT_NIGHT, TO_NEXT_NIGHT } from "./budget-world.ts";
import { sumFiles } from "./world.ts";

async function secondProject(w: BudgetWorld): Promise<string> {
  const root = makeRepository(w.path("other"), sumFiles);
  return (await w.call("project/create", { root, id: "other", validation: "none" })).id;
}

async function told(w: BudgetWorld) {
  return w.app.log.read({ afterSeq: 0, filter: { types: ["budget.reached"] } });
}

const used = (w: BudgetWorld, id: string) =>
  w.event((event) => event.task_id === id && event.type === "usage.updated");

describe("the cap of a night", () => {
  it("stops what runs in every project, lets the queue wait visibly, and the next night goes on [req:budget.night-all, budget.next-night]", async () => {
    await using w = await budgetWorld({ night: { max_tokens: 2500 } });
    await secondProject(w);
    const stays = [
      await w.submit({ prompt: spends({ ends: "stay" }) }),
      await w.submit({ prompt: spends({ ends: "stay" }), project: "other" }),
    ];
    for (const id of stays) await used(w, id);
    const crossing = await w.submit({ prompt: spends({ ends: "stay" }), project: "other" });
    const tasks = await Promise.all([...stays, crossing].map((id) => w.settled(id)));
    for (const task of tasks)
      expect(task).toMatchObject({
        status: "waiting",
        not_before: NEXT_NIGHT,
        block_reason: { code: "budget" },
      });
    const queued = await w.run({ prompt: spends({}), project: "app" });
    expect(queued).toMatchObject({
      status: "waiting",
      attempts: 0,
      block_reason: { code: "budget", needs: "timer", expires_at: "2026-01-17T22:00:00.000Z" },
    });
    expect(await told(w)).toMatchObject([{ project_id: null, data: { scope: "night", until: NEXT_NIGHT } }]);
    expect(await w.call("budget/get", {})).toMatchObject({
      begins_at: "2026-01-10T12:00:00.000Z",
      ends_at: NEXT_NIGHT,
      all: {
        caps: { max_tokens: 2500 },
        spent: { total_tokens: 3000, turns: 3 },
        reached: expect.stringContaining("3000 of 2500 tokens"),
      },
      projects: [
        { project: "app", spent: { total_tokens: 1000 }, reached: null },
        { project: "other", spent: { total_tokens: 2000 }, reached: null },
      ],
    });
    for (const id of [...stays, crossing]) await w.call("task/cancel", { task_id: id });
    w.clock.advance(TO_NEXT_NIGHT - 1);
    expect((await w.call("task/get", { task_id: queued.id })).status).toBe("waiting");
    w.clock.advance(1);
    await w.event((event) => event.task_id === queued.id && event.type === "task.ended");
    expect((await w.settled(queued.id)).status).toBe("done");
    expect((await w.call("budget/get", {})).all.spent.total_tokens).toBe(1000);
  });
});

it("tasks that run at once use up the time of the night together [req:budget.wall-together]", async () => {
  await using w = await budgetWorld({ night: { max_wall_secs: 60 } });
  const ids = [
    await w.submit({ prompt: spends({ ends: "stay" }) }),
    await w.submit({ prompt: spends({ ends: "stay" }) }),
  ];
  for (const id of ids) await used(w, id);
  w.clock.advance(29_999);
  expect((await w.call("budget/get", {})).all.spent.wall_ms).toBe(59_998);
  expect((await w.call("task/get", { task_id: ids[0]! })).status).toBe("implementing");
  w.clock.advance(1);
  for (const id of ids) expect((await w.settled(id)).block_reason?.message).toContain("60 of 60 seconds");
});

describe("the cap of a project", () => {
  it("stops that project only; an unblock under it begins nothing; raising it lets the work go on [req:budget.raise, budget.unblock-holds]", async () => {
    await using w = await budgetWorld();
    await secondProject(w);
    await w.call("project/update", { project: "app", night_limits: { max_tokens: 1000 } });
    const task = await w.run({ prompt: spends({ ends: "stay" }) });
    expect(task).toMatchObject({ status: "waiting", attempts: 1, block_reason: { code: "budget" } });
    expect(task.block_reason?.unblock).toEqual([
      "harness project set app --night-max-tokens 2000",
      `harness task unblock ${task.id}`,
    ]);
    expect((await w.run({ prompt: spends({}), project: "other" })).status).toBe("done");
    await w.call("task/unblock", { task_id: task.id });
    const unblocked = await w.event((event) => event.type === "task.unblocked" && event.task_id === task.id);
    const after = (type: EventType) => (event: Event) =>
      event.type === type && event.task_id === task.id && event.seq > unblocked.seq;
    await w.event(after("task.waiting"));
    expect(await w.settled(task.id)).toMatchObject({
      status: "waiting",
      attempts: 1,
      block_reason: { code: "budget" },
    });
    expect(await told(w)).toMatchObject([{ project_id: task.project_id, data: { scope: "project" } }]);
    await w.call("project/update", { project: "app", night_limits: { max_tokens: 1500 } });
    // It goes on, and this time the work of another thousand tokens crosses the new cap.
    await w.event(after("attempt.ended"));
    expect(await w.settled(task.id)).toMatchObject({ status: "waiting", attempts: 2 });
    expect(await told(w)).toHaveLength(1);
  });

  it("that is lowered stops what runs, also while there is no place for more [req:budget.lowered]", async () => {
    await using w = await budgetWorld({ config: "[concurrency]\nmax_concurrent_tasks = 1" });
    const id = await w.submit({ prompt: spends({ ends: "stay" }) });
    await used(w, id);
    await w.call("project/update", { project: "app", night_limits: { max_tokens: 500 } });
    expect(await w.settled(id)).toMatchObject({ status: "waiting", block_reason: { code: "budget" } });
  });

  it("outlives another registration of the project, as a start does for a configured one [req:budget.operator]", async () => {
    await using w = await budgetWorld({ start: false });
    await w.call("project/update", { project: "app", night_limits: { max_tokens: 500 } });
    const again = await w.call("project/create", { root: w.root, id: "app", validation: "none" });
    expect(again.settings.night_limits.max_tokens).toBe(500);
    const told = await w.call("project/create", {
      root: w.root,
      id: "app",
      night_limits: { max_tokens: null, max_turns: 3 },
    });
    expect(told.settings.night_limits).toMatchObject({ max_tokens: null, max_turns: 3 });
  });

  it("in dollars holds Claude to the least that is left in any scope, by its own flag [req:budget.flag]", async () => {
    await using w = await budgetWorld({ night: { max_budget_usd: 0.5 } });
    await w.call("project/update", { project: "app", night_limits: { max_budget_usd: 0.2 } });
    const flag = async (params: { max_budget_usd?: number }) => {
      const task = await w.run({ prompt: spends({ cost: 0.03 }), ...params });
      expect(task.status, JSON.stringify(task.block_reason)).toBe("done");
      const { patch } = await w.call("task/diff", { task_id: task.id });
      return Number(/"--max-budget-usd","([\d.]+)"/.exec(patch)?.[1]);
    };
    expect(await flag({ max_budget_usd: 0.1 })).toBeCloseTo(0.1);
    expect(await flag({})).toBeCloseTo(0.17);
    await w.call("project/update", { project: "app", night_limits: { max_budget_usd: null } });
    expect(await flag({})).toBeCloseTo(0.44);
  });

  it("in dollars stops the project when a cost is unknown, and says which option takes the cap away [req:budget.unknown-cost]", async () => {
    await using w = await budgetWorld();
    await w.call("project/update", { project: "app", night_limits: { max_budget_usd: 5 } });
    const first = await w.run({ prompt: spends({ cost: null }) });
    expect(first).toMatchObject({ status: "waiting", block_reason: { code: "budget" } });
    expect(first.block_reason?.message).toContain("does not report costs");
    expect(first.block_reason?.unblock[0]).toBe("harness project set app --no-night-max-budget-usd");
    await w.call("project/update", { project: "app", night_limits: { max_budget_usd: null } });
    await w.event((event) => event.type === "task.ended" && event.task_id === first.id);
    expect((await w.settled(first.id)).status).toBe("done");
  });
});

describe.each(["sqlite", "postgres"] as const)("on %s the ledger", (database) => {
  it("is exact after tasks that ran at once [req:budget.night-ledger]", async () => {
    await using w = await budgetWorld({ database, config: "[concurrency]\nmax_concurrent_tasks = 4" });
    await secondProject(w);
    const ids = await Promise.all(
      [100, 200, 300].map((tokens, index) =>
        w.submit({ prompt: spends({ tokens, cost: 0.25 }), project: index % 2 === 0 ? "app" : "other" }),
      ),
    );
    const tasks = await Promise.all(ids.map((id) => w.settled(id)));
    expect(tasks.map(({ status }) => status)).toEqual(["done", "done", "done"]);
    const sums = await w.ledger();
    const { night } = sums;
    const projects = Object.fromEntries(Object.entries(sums).filter(([scope]) => scope.startsWith("proj_")));
    expect(night).toMatchObject({
      output_tokens: 600,
      cost_usd: 0.75,
      turns: 3,
      attempts: 3,
      cost_unknown: 0,
      reached_at: null,
    });
    expect(
      Object.values(projects)
        .map((row) => row["output_tokens"])
        .sort(),
    ).toEqual([200, 400]);
    // A cap below what was used already holds from now on, for that project only, and is told once.
    await w.call("project/update", { project: "app", night_limits: { max_tokens: 100 } });
    const held = await w.run({ prompt: spends({}), project: "app" });
    expect(held).toMatchObject({ status: "waiting", attempts: 0, block_reason: { code: "budget" } });
    expect((await w.run({ prompt: spends({ cost: 0 }), project: "other" })).status).toBe("done");
    expect(await told(w)).toHaveLength(1);
    expect((await w.ledger())[held.project_id]?.["reached_at"]).toBe(w.clock.now());
  });
});

describe("a restart", () => {
  it("in the middle of a night keeps the sums; a raised cap of the night lets go on what waited [req:budget.survives]", async () => {
    const dir = testDir("budget-restart");
    try {
      const first = await budgetWorld({ dir, night: { max_tokens: 1500, max_wall_secs: 600 } });
      const { clock } = first;
      const done = await first.run({ prompt: spends({}) });
      expect(done.status).toBe("done");
      const stays = await first.submit({ prompt: spends({ tokens: 200, ends: "stay" }) });
      await used(first, stays);
      clock.advance(100_000);
      await first.call("task/cancel", { task_id: stays });
      await first[Symbol.asyncDispose]();

      const second = await budgetWorld({ dir, clock, night: { max_tokens: 1500, max_wall_secs: 600 } });
      expect((await second.call("budget/get", {})).all.spent).toMatchObject({
        total_tokens: 1200,
        wall_ms: 100_000,
        turns: 2,
        attempts: 2,
      });
      const over = await second.run({ prompt: spends({ tokens: 500, ends: "stay" }) });
      expect(over).toMatchObject({
        status: "waiting",
        block_reason: { message: expect.stringContaining("1700 of 1500 tokens") },
      });
      await second[Symbol.asyncDispose]();

      await using third = await budgetWorld({ dir, clock, night: { max_tokens: 2000 } });
      await third.event(
        ({ type, task_id, data }) =>
          type === "attempt.started" && task_id === over.id && (data as { number: number }).number === 2,
      );
      await third.event(({ type, task_id }) => type === "attempt.ended" && task_id === over.id);
      expect(await third.settled(over.id)).toMatchObject({
        status: "waiting",
        attempts: 2,
        block_reason: { message: expect.stringContaining("2200 of 2000 tokens") },
      });
      expect(await told(third)).toHaveLength(1);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

it("an agent that stops by itself at the dollars it was given ends as whose cap that was says [req:budget.held-by-agent]", async () => {
  await using w = await budgetWorld({ project: { night_limits: { max_budget_usd: 1 } } });
  const held = spends({ ends: "held", cost: 0.29 });
  const own = await w.run({ prompt: held, max_budget_usd: 0.3 });
  expect(own).toMatchObject({
    status: "budget_exhausted",
    turns: [{ status: "failed", failure: { code: "budget" } }],
  });
  const shared = await w.run({ prompt: held });
  expect(shared).toMatchObject({
    status: "waiting",
    not_before: NEXT_NIGHT,
    block_reason: { code: "budget" },
  });
  expect(shared.block_reason?.message).toContain("$0.4200 left");
});
