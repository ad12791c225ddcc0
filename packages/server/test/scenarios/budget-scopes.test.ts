import { describe, expect, it } from "vitest";
import { spends } from "../support/spending-agent.ts";
import { type BudgetWorld, budgetWorld, NEXT_NIGHT } from "./budget-world.ts";

const budget = (name: string, lines: string) => `[[budgets]]\nname = "${name}"\n${lines}`;
const told = async (w: BudgetWorld, type: "budget.reached" | "budget.warned" | "budget.shadowed") =>
  (await w.app.log.read({ afterSeq: 0, filter: { types: [type] } })).map(({ data }) => data);

describe("a budget of the configuration", () => {
  it.each([
    ["agent", "claude"],
    ["account", "claude"],
    ["model", "sonnet"],
    ["model", "opus"],
  ])(
    "of the %s %s stops a turn in the middle, lets what is queued wait with the reason, and is shown with used and left [req:budget.scopes, budget.listed]",
    async (scope, name) => {
      await using w = await budgetWorld({
        config: budget("some", `${scope} = "${name}"\nmax_tokens = 1500`),
      });
      const task = { agent: "claude", model: "opus" };
      const first = await w.run({ prompt: spends({ tokens: 600, cost: 0.1 }), ...task });
      expect(first.status, JSON.stringify(first.block_reason)).toBe("done");
      const second = await w.run({ prompt: spends({ tokens: 1000, ends: "stay" }), ...task });
      expect(second).toMatchObject({
        status: "waiting",
        not_before: NEXT_NIGHT,
        block_reason: {
          code: "budget",
          budget: "some",
          until: NEXT_NIGHT,
          unblock: ["harness budgets", `harness task unblock ${second.id}`],
        },
      });
      expect(second.block_reason?.message).toContain(
        `Budget some of ${scope} ${name} has used 1600 of 1500 tokens.`,
      );
      if (name !== "sonnet") {
        // Nothing is begun for a task that names it; which model an agent will say it uses is not known before.
        const third = await w.run({ prompt: spends({}), ...task });
        expect(third).toMatchObject({ status: "waiting", attempts: 0, block_reason: { budget: "some" } });
      }
      if (scope === "agent") {
        // Nor for one that leaves the choice to Harness, when no other agent could do it.
        const auto = await w.run({ prompt: spends({}) });
        expect(auto).toMatchObject({ status: "waiting", turns: [], block_reason: { budget: "some" } });
      }
      const { budgets } = await w.call("budget/list", {});
      expect(budgets).toMatchObject([
        {
          ...{ id: "some", scope, name, mode: "enforce", warn_at: [50, 80, 100] },
          caps: { max_tokens: 1500, max_turns: null },
          spent: { total_tokens: 1600 },
          left: { tokens: 0, usd: null },
          reached: expect.stringContaining("1600 of 1500"),
        },
      ]);
      expect(budgets[0]?.used_percent).toBeCloseTo(106.67, 1);
      expect(await told(w, "budget.reached")).toMatchObject([{ scope, budget: "some", mode: "enforce" }]);
    },
  );

  it("in dollars holds with a price table where the vendor is silent until the end [req:budget.scopes, budget.price-table]", async () => {
    await using w = await budgetWorld({
      config: `${budget("dollars", "max_budget_usd = 0.01")}\n[prices.sonnet]\ninput = 1\noutput = 10`,
    });
    const task = await w.run({ prompt: spends({ tokens: 1000, ends: "stay" }) });
    expect(task).toMatchObject({ status: "waiting", block_reason: { budget: "dollars" } });
    expect(task.block_reason?.message).toContain("$0.0100 of $0.01");
  });

  it("goes on where it stood after a restart, and holds no more once it was raised [req:budget.scopes, budget.survives]", async () => {
    const config = (tokens: number) => budget("some", `agent = "claude"\nmax_tokens = ${tokens}`);
    const first = await budgetWorld({ config: config(500) });
    const { clock, dir } = first;
    let id = "";
    try {
      id = (await first.run({ prompt: spends({ tokens: 600, ends: "end" }) })).id;
    } finally {
      await first.app.stop("restart");
    }
    const second = await budgetWorld({ dir, clock, config: config(500) });
    expect((await second.run({ prompt: spends({}), agent: "claude" })).block_reason?.budget).toBe("some");
    await second[Symbol.asyncDispose]();
    await using third = await budgetWorld({ dir, clock, config: config(5000) });
    await third.event(({ type, task_id }) => type === "task.ended" && task_id === id);
    expect((await third.settled(id)).status).toBe("done");
  });
});

describe("a shadow budget", () => {
  it("stops nothing and says once what it would have stopped [req:budget.shadow]", async () => {
    await using w = await budgetWorld({
      config: budget("later", 'agent = "claude"\nmax_tokens = 500\nmode = "shadow"'),
    });
    const first = await w.run({ prompt: spends({ tokens: 600 }) });
    const second = await w.run({ prompt: spends({ tokens: 600 }) });
    expect([first.status, second.status]).toEqual(["done", "done"]);
    expect(await told(w, "budget.reached")).toMatchObject([
      { budget: "later", mode: "shadow", would_have_stopped: [first.id] },
    ]);
    expect(await told(w, "budget.shadowed")).toMatchObject([
      { budget: "later", what: first.id },
      { budget: "later", what: second.id },
    ]);
    expect((await w.call("budget/list", {})).budgets).toMatchObject([
      { mode: "shadow", would_have_stopped: 2, reached: expect.stringContaining("1200 of 500") },
    ]);
    expect((await w.call("budget/get", {})).all.reached).toBeNull();
  });
});

describe("warnings", () => {
  it("come once a night at each percentage, the highest that is passed, for budgets and for tasks [req:budget.warnings]", async () => {
    await using w = await budgetWorld({
      config: budget("some", "max_tokens = 10000\nwarn_at = [10, 25, 100]"),
    });
    for (const tokens of [1100, 100, 2000]) await w.run({ prompt: spends({ tokens, cost: 0 }) });
    const last = await w.run({ prompt: spends({ tokens: 100, cost: 0 }), max_tokens: 120 });
    expect(await told(w, "budget.warned")).toMatchObject([
      { budget: "some", percent: 10, mode: "enforce", until: NEXT_NIGHT },
      { budget: "some", percent: 25, why: "Budget some of the night has used 32 % of max_tokens (10000)." },
      { scope: "task", budget: `task:${last.id}`, percent: 80, until: null },
    ]);
  });
});
