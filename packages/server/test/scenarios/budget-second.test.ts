import { expect, it } from "vitest";
import { spends } from "../support/spending-agent.ts";
import { budgetWorld } from "./budget-world.ts";
import { leftovers } from "./world.ts";

// Measured on the machine's clock, because a second of it is the promise: by the agent itself, which notes when it
// reported the token that crosses the cap, and after that each moment at which it was still alive. Tried again,
// because a machine that stands still for a moment says nothing about Harness.
it("an agent that reports one token at a time past its cap and ignores every signal is gone within a second [req:budget.within-a-second]", {
  retry: 2,
}, async () => {
  await using w = await budgetWorld({ env: { HARNESS_LIMITS_KILL_GRACE_MS: "600000" } });
  const next = w.submit({ prompt: spends({}), priority: 0 });
  const task = await w.run({ prompt: spends({ ends: "drip", note: 300 }), max_tokens: 300, priority: 2 });
  expect(task, JSON.stringify(task.error)).toMatchObject({ status: "budget_exhausted" });
  const { patch } = await w.call("task/diff", { task_id: task.id });
  const times = (file: string) => {
    const part = patch.split(/^diff --git /m).find((one) => one.startsWith(`a/${file} `)) ?? "";
    return [...part.matchAll(/^\+(\d{13})$/gm)].map((line) => Number(line[1]));
  };
  const [crossed] = times("crossed");
  const lived = times("alive").at(-1)! - crossed!;
  expect(lived).toBeGreaterThanOrEqual(0);
  expect(lived).toBeLessThan(1000);
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
  // The queue moves on.
  expect((await w.settled(await next)).status).toBe("done");
  expect((await w.ledger())["night"]?.["output_tokens"]).toBe(task.usage.total_tokens + 1000);
});
