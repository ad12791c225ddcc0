import { describe, expect, it } from "vitest";
import { exhausted, remainingUsd } from "./budget.ts";

const none = { max_budget_usd: null, max_tokens: null, max_turns: null };
const nothing = { total_tokens: 0, cost_usd: 0, turns: 0 };

describe("a budget", () => {
  it("without limits is never used up [req:budget.limits]", () => {
    expect(exhausted(none, { total_tokens: 1e12, cost_usd: null, turns: 1e6 })).toBeUndefined();
    expect(remainingUsd(none, nothing)).toBeUndefined();
  });

  it("is used up when a limit is reached, not when it is passed [req:budget.limits]", () => {
    expect(exhausted({ ...none, max_turns: 2 }, { ...nothing, turns: 1 })).toBeUndefined();
    expect(exhausted({ ...none, max_turns: 2 }, { ...nothing, turns: 2 })).toContain("2 agent turns");
    expect(exhausted({ ...none, max_tokens: 10 }, { ...nothing, total_tokens: 9 })).toBeUndefined();
    expect(exhausted({ ...none, max_tokens: 10 }, { ...nothing, total_tokens: 10 })).toContain("10 of 10");
    expect(exhausted({ ...none, max_budget_usd: 1 }, { ...nothing, cost_usd: 0.99 })).toBeUndefined();
    expect(exhausted({ ...none, max_budget_usd: 1 }, { ...nothing, cost_usd: 1 })).toContain("$1.0000 of $1");
  });

  it("in dollars is used up as soon as a cost is unknown [req:budget.unknown-cost]", () => {
    expect(exhausted({ ...none, max_budget_usd: 100 }, { ...nothing, cost_usd: null })).toContain(
      "does not report costs",
    );
    expect(remainingUsd({ ...none, max_budget_usd: 100 }, { ...nothing, cost_usd: null })).toBeUndefined();
  });

  it("tells what a turn may still cost, never less than nothing", () => {
    expect(remainingUsd({ ...none, max_budget_usd: 1 }, { ...nothing, cost_usd: 0.25 })).toBe(0.75);
    expect(remainingUsd({ ...none, max_budget_usd: 1 }, { ...nothing, cost_usd: 3 })).toBe(0);
  });
});
