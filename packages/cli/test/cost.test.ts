import { type BudgetState, type CostRow, type CostSum, noCaps } from "@harness/protocol";
import { expect, it } from "vitest";
import { fakeServer } from "./support/fake-server.ts";
import { taskId } from "./support/samples.ts";
import { typed } from "./support/typed.ts";

const page = { limit: 50, has_more: false, next_cursor: null };
const night = { begins_at: "2026-01-10T12:00:00.000Z", ends_at: "2026-01-11T12:00:00.000Z" };
const left = { usd: null, tokens: 0, turns: null, attempts: null, wall_ms: null };
const spent = { cost_usd: null, total_tokens: 12_000, wall_ms: 0, turns: 3, attempts: 0 };
const budget: BudgetState = {
  ...night,
  ...{ id: "nightly", scope: "agent", name: "claude", mode: "shadow", warn_at: [80] },
  ...{ of: { project: null, agent: "claude", model: null, account: null }, period: "night" },
  ...{ caps: { ...noCaps, max_tokens: 10_000 }, spent, left, used_percent: 120 },
  ...{ reached: "Budget nightly has used 12000 of 10000 tokens.", would_have_stopped: 2, raise: "change it" },
};
const combined: BudgetState = {
  ...budget,
  ...{ id: "both", scope: "combined", name: "project app, agent claude", period: "total" },
  ...{ begins_at: null, ends_at: null },
};
const sum: CostSum = {
  ...{ key: "claude", name: "claude", turns: 2, input_tokens: 1000, cached_tokens: 10, output_tokens: 20 },
  ...{ cost_usd: null, cost_known_usd: 0.25, unknown_turns: 1, wall_ms: 90_000 },
};
const row: CostRow = {
  ...{ turn_id: "turn_1", day: night.begins_at, calendar_day: "2026-01-10T00:00:00.000Z" },
  ...{ task_id: taskId("AAAA"), thread_id: "thr_1" },
  ...{ project_id: "proj_1", agent: "claude", model: "sonnet", account: "claude", stage: "implement" },
  ...{ role: "implementer", input_tokens: null, cached_tokens: null, output_tokens: 20, cost_usd: 0.000031 },
  ...{ cost_source: "price_table", cut_short: true, started_at: night.begins_at, ended_at: null },
};

it("harness budgets shows every budget with used and left, and what a shadow one would have stopped [req:budget.listed, budget.shadow]", async () => {
  await using server = await fakeServer({ "budget/list": () => ({ budgets: [budget, combined] }) });
  const { out } = await typed(["budgets"], { url: server.url });
  expect(out).toContain("nightly");
  expect(out).toContain("agent claude");
  expect(out).toContain("120 %");
  expect(out).toContain("tokens 12,000 of 10,000");
  expect(out).toContain("It would have stopped 2.");
  expect(out).toContain("both\tproject app, agent claude\ttotal");
});

it("harness cost adds the ledger up, and never shows an unknown cost as a known one [req:budget.ledger-paged]", async () => {
  const asked: unknown[] = [];
  await using server = await fakeServer({
    "cost/sum": (params) => {
      asked.push(params);
      return { data: [sum], page };
    },
  });
  const { out } = await typed(["cost", "--by", "agent", "--project", "app"], { url: server.url });
  expect(asked).toEqual([{ by: ["agent"], project: ["app"] }]);
  expect(out).toContain("unknown");
  expect(out).toContain("$0.250000");
  const json = await typed(["cost", "--by", "agent", "--json"], { url: server.url });
  expect(JSON.parse(json.out)).toEqual({ data: [sum], page });
});

it("harness costs shows a line for each turn, with who says what it cost [req:budget.ledger-paged]", async () => {
  await using server = await fakeServer({ "cost/list": () => ({ data: [row], page }) });
  const { out } = await typed(["costs", "--agent", "claude"], { url: server.url });
  for (const word of [taskId("AAAA"), "sonnet", "implement", "unknown", "$0.000031+", "price_table"])
    expect(out).toContain(word);
});
