import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { claimNext } from "../../src/tasks/index.ts";
import { budgetWorld } from "../scenarios/budget-world.ts";
import { world } from "../scenarios/world.ts";
import { spends } from "../support/spending-agent.ts";
import { testDir } from "../support/test-app.ts";

it("budgets, prices, limits.budget_warn_at: are held against, counted with and told", async () => {
  const config = '[[budgets]]\nname = "all"\nmax_budget_usd = 1\n[prices.sonnet]\ninput = 1\noutput = 1';
  const env = { HARNESS_LIMITS_MAX_TOKENS: "1000" };
  // A list is written in the file only; the limits of a test app's own file come first in it.
  await using w = await budgetWorld({ config: `budget_warn_at = [70]\n${config}`, env });
  const task = await w.run({ prompt: spends({ tokens: 750, cost: null }) });
  expect(task.usage.cost_usd).toBe(0.00075);
  expect((await w.call("budget/list", {})).budgets).toMatchObject([
    { id: "all", caps: { max_budget_usd: 1 }, warn_at: [70], left: { usd: 0.99925 } },
  ]);
  const told = await w.app.log.read({ afterSeq: 0, filter: { types: ["budget.warned"] } });
  expect(told.map(({ data }) => data)).toMatchObject([{ scope: "task", percent: 70 }]);
});

it("concurrency.stall_timeout_secs: is the silence a task may have that names none", async () => {
  await using w = await world({ start: false, config: "[concurrency]\nstall_timeout_secs = 77" });
  const task_id = await w.submit();
  const row = await w.app.storage.reader
    .selectFrom("tasks")
    .select("settings")
    .where("id", "=", task_id)
    .executeTakeFirstOrThrow();
  expect(JSON.parse(row.settings)).toMatchObject({ stall_timeout_ms: 77_000 });
});

it("limits.dead_letter_crashes: so many lost attempts let a task wait for a person", async () => {
  const dir = testDir("crashes");
  try {
    const first = await world({ dir, start: false });
    const { newId, log } = first.app;
    const id = await first.submit();
    await log.write((tx) => claimNext(tx, { limit: 9, ageingMs: 1_000_000, owner: "gone", newId }));
    await first[Symbol.asyncDispose]();
    await using second = await world({ dir, env: { HARNESS_LIMITS_DEAD_LETTER_CRASHES: "1" } });
    expect(await second.settled(id)).toMatchObject({
      status: "waiting",
      attempts: 1,
      block_reason: { code: "dead_letter", needs: "person" },
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

it("limits.task_budget_mode: a task's own caps that are shadows stop nothing, and say once that they would have", async () => {
  await using w = await budgetWorld({ env: { HARNESS_LIMITS_TASK_BUDGET_MODE: "shadow" } });
  const task = await w.run({ prompt: spends({ tokens: 600 }), max_tokens: 500, max_budget_usd: 0.01 });
  expect(task.status, JSON.stringify(task.error)).toBe("done");
  const told = await w.app.log.read({ afterSeq: 0, filter: { types: ["budget.shadowed"] } });
  expect(told).toMatchObject([
    { task_id: task.id, data: { budget: `task:${task.id}`, why: "It has used 600 of 500 tokens." } },
  ]);
  const { patch } = await w.call("task/diff", { task_id: task.id });
  expect(patch).not.toContain("--max-budget-usd");
});
