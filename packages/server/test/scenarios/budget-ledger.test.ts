import { describe, expect, it } from "vitest";
import { spends } from "../support/spending-agent.ts";
import { step, talkingWorld } from "../threads/talking-world.ts";
import { budgetWorld } from "./budget-world.ts";

const prices = '[prices."sonnet"]\ninput = 3\noutput = 15.5';

describe.each(["sqlite", "postgres"] as const)("the ledger of turns on %s", (database) => {
  it("has a line for each turn, with the vendor's cost, else that of the price table; it can be paged and added up [req:budget.ledger, budget.ledger-paged]", async () => {
    await using w = await budgetWorld({ database, config: prices });
    const told = await w.run({ prompt: spends({ tokens: 1000, cost: 0.031 }), model: "opus" });
    const priced = await w.run({ prompt: spends({ tokens: 2000, cost: null }) });
    expect([told.status, priced.status]).toEqual(["done", "done"]);
    const { data } = await w.call("cost/list", {});
    expect(data).toMatchObject([
      {
        task_id: priced.id,
        turn_id: priced.turns[0]?.id,
        project_id: priced.project_id,
        agent: "claude",
        account: "claude",
        model: "sonnet",
        stage: "implement",
        role: "implementer",
        input_tokens: 0,
        cached_tokens: 0,
        output_tokens: 2000,
        cost_usd: 0.031,
        cost_source: "price_table",
        cut_short: false,
        day: "2026-01-10T12:00:00.000Z",
        ended_at: "2026-01-10T22:00:00.000Z",
      },
      { task_id: told.id, model: "sonnet", output_tokens: 1000, cost_usd: 0.031, cost_source: "vendor" },
    ]);
    expect(priced.usage.cost_usd).toBe(0.031);
    const first = await w.call("cost/list", { limit: 1, agent: "claude", stage: "implement" });
    const cursor = first.page.next_cursor ?? "";
    const second = await w.call("cost/list", { limit: 1, cursor });
    expect([...first.data, ...second.data].map(({ task_id }) => task_id)).toEqual([priced.id, told.id]);
    expect(second.page.has_more).toBe(false);
    await expect(w.call("cost/list", { cursor: "eA" })).rejects.toThrow(/cursor/);
    const sums = { turns: 2, output_tokens: 3000, cost_usd: 0.062, cost_known_usd: 0.062, unknown_turns: 0 };
    for (const [by, key, name] of [
      ["day", "2026-01-10T12:00:00.000Z", "2026-01-10T12:00:00.000Z"],
      ["project", told.project_id, "app"],
      ["agent", "claude", "claude"],
      ["model", "sonnet", "sonnet"],
      ["account", "claude", "claude"],
      ["stage", "implement", "implement"],
    ] as const)
      expect((await w.call("cost/sum", { by })).data, by).toMatchObject([{ key, name, ...sums }]);
    const tasks = await w.call("cost/sum", { by: "task", limit: 1 });
    const rest = await w.call("cost/sum", { by: "task", cursor: tasks.page.next_cursor ?? "" });
    expect([...tasks.data, ...rest.data].map(({ key }) => key)).toEqual([told.id, priced.id]);
    expect((await w.call("cost/sum", { until: "2026-01-10T12:00:00Z" })).data).toEqual([]);
    // The sums budgets are held against say the same, by either name of the model.
    const held = await w.ledger();
    for (const scope of ["night", told.project_id, "agent:claude", "account:claude", "model:sonnet"])
      expect(held[scope], scope).toMatchObject({ output_tokens: 3000, cost_usd: 0.062, turns: 2 });
    expect(held["model:opus"]).toMatchObject({ output_tokens: 1000, cost_usd: 0.031, turns: 1 });
    const report = await w.call("report/create", {});
    expect(report.spend.total).toMatchObject({ turns: 2, output_tokens: 3000, cost_usd: 0.062 });
  });

  it("never makes an unknown cost a known one [req:budget.ledger, budget.null]", async () => {
    await using w = await budgetWorld({ database });
    await w.run({ prompt: spends({ tokens: 10, cost: 0.25 }) });
    await w.run({ prompt: spends({ tokens: 20, cost: null }) });
    expect((await w.call("cost/list", { limit: 1 })).data).toMatchObject([
      { output_tokens: 20, cost_usd: null, cost_source: null },
    ]);
    expect((await w.call("cost/sum", { by: "agent" })).data).toMatchObject([
      { cost_usd: null, cost_known_usd: 0.25, unknown_turns: 1, output_tokens: 30 },
    ]);
  });
});

it("a turn of a conversation stands in the same ledger and is stopped by the same budgets [req:budget.conversations]", async () => {
  const config =
    '[[budgets]]\nname = "api"\nagent = "openai_api"\nmax_turns = 1\n[prices."scripted-1"]\ninput = 1\noutput = 2';
  await using w = await talkingWorld([step("hi", [{ say: "hello" }])], { config });
  const thread_id = await w.start();
  const first = await w.said(thread_id, "hi");
  expect(first.status, JSON.stringify(first)).toBe("completed");
  const { data } = await w.call("cost/list", { thread_id });
  expect(data).toMatchObject([
    {
      turn_id: first.id,
      task_id: null,
      stage: null,
      role: "chat",
      agent: "openai_api",
      model: "scripted-1",
      cost_source: "price_table",
    },
  ]);
  expect(data[0]?.cost_usd).toBeGreaterThan(0);
  expect(data[0]?.cost_usd).toBe(first.usage?.cost_usd);
  const second = await w.said(thread_id, "hi");
  expect(second).toMatchObject({
    status: "failed",
    failure: { code: "budget", message: "Budget api of agent openai_api has used its 1 agent turns." },
  });
  expect(w.requests()).toBe(1);
});
