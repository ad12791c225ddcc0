import { expect, it } from "vitest";
import { spends } from "../support/spending-agent.ts";
import { budgetWorld } from "./budget-world.ts";
import { leftovers } from "./world.ts";

// The grace an agent is given elsewhere is ten minutes here, so a test that ends at all has seen that a cap does not
// wait for it. How many milliseconds it takes is measured by the bench (bench.over-cap).
it("an agent that reports one token at a time past its cap and ignores every signal is killed without grace [req:budget.within-a-second, budget.ledger]", async () => {
  await using w = await budgetWorld({
    config: "[prices.sonnet]\ninput = 0\noutput = 2.5",
    env: { HARNESS_LIMITS_KILL_GRACE_MS: "600000" },
  });
  const next = w.submit({ prompt: spends({}), priority: 0 });
  const task = await w.run({ prompt: spends({ ends: "drip" }), max_tokens: 300, priority: 2 });
  expect(task, JSON.stringify(task.error)).toMatchObject({ status: "budget_exhausted" });
  const ids = task.attempt_history.map(({ id }) => id);
  expect(leftovers(w.dir, ids).filter((left) => ids.some((id) => left.includes(id)))).toEqual([]);
  // Thousands of reports took few writes, and the last of them is exact everywhere.
  const [turn] = task.turns;
  const reports = await w.events(task.id, "usage.updated");
  const last = reports.at(-1)?.data as { usage: { total_tokens: number } };
  expect(last.usage.total_tokens).toBeGreaterThanOrEqual(300);
  expect(reports.length).toBeLessThan(last.usage.total_tokens / 10);
  expect(turn?.usage?.total_tokens).toBe(last.usage.total_tokens);
  expect(task.usage.total_tokens).toBe(last.usage.total_tokens);
  // The line of the ledger is exact too: so many tokens at their price, rounded half up to the micro-dollar. How many
  // there were by the time it was killed is not the same twice; an odd number ends in half of one.
  const { data: lines } = await w.call("cost/list", { task_id: task.id });
  expect(lines).toMatchObject([
    {
      output_tokens: task.usage.total_tokens,
      cost_usd: Math.round(task.usage.total_tokens * 2.5) / 1_000_000,
      cost_source: "price_table",
      cut_short: false,
    },
  ]);
  // The queue moves on.
  expect((await w.settled(await next)).status).toBe("done");
  expect((await w.ledger())["night"]?.["output_tokens"]).toBe(task.usage.total_tokens + 1000);
});
