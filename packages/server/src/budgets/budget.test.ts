import { noCaps, type Spent } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { exhausted, type Moment, remainingMs, remainingUsd } from "./budget.ts";

const nothing: Spent = { total_tokens: 0, cost_usd: 0, wall_ms: 0, turns: 0, attempts: 0 };
const why = (caps: Partial<typeof noCaps>, spent: Partial<Spent>, moment: Moment = "claim") =>
  exhausted({ ...noCaps, ...caps }, { ...nothing, ...spent }, moment)?.why;

describe("a budget", () => {
  it("without limits is never used up [req:budget.limits]", () => {
    const much = { total_tokens: 1e12, cost_usd: null, wall_ms: 1e12, turns: 1e6, attempts: 1e6 };
    expect(why({}, much)).toBeUndefined();
    expect(remainingUsd(noCaps, nothing)).toBeUndefined();
    expect(remainingMs(noCaps, 1e12)).toBeUndefined();
  });

  it("is used up when a limit is reached, not when it is passed [req:budget.limits]", () => {
    expect(why({ max_turns: 2 }, { turns: 1 })).toBeUndefined();
    expect(why({ max_turns: 2 }, { turns: 2 })).toContain("2 agent turns");
    expect(why({ max_tokens: 10 }, { total_tokens: 9 })).toBeUndefined();
    expect(why({ max_tokens: 10 }, { total_tokens: 10 })).toContain("10 of 10");
    expect(why({ max_budget_usd: 1 }, { cost_usd: 0.99 })).toBeUndefined();
    expect(why({ max_budget_usd: 1 }, { cost_usd: 1 })).toContain("$1.0000 of $1");
    expect(why({ max_wall_secs: 60 }, { wall_ms: 59_999 })).toBeUndefined();
    expect(why({ max_wall_secs: 60 }, { wall_ms: 60_000 })).toContain("60 of 60 seconds");
    expect(why({ max_attempts: 2 }, { attempts: 1 })).toBeUndefined();
    expect(why({ max_attempts: 2 }, { attempts: 2 })).toContain("2 attempts");
  });

  it("counts turns and attempts when they begin: the last one allowed may finish [req:budget.moments]", () => {
    const full = { turns: 2, attempts: 2 };
    expect(why({ max_turns: 2 }, full, "meanwhile")).toBeUndefined();
    expect(why({ max_turns: 2 }, full, "spawn")).toContain("turns");
    expect(why({ max_attempts: 2 }, full, "spawn")).toBeUndefined();
    expect(why({ max_tokens: 1 }, { total_tokens: 1 }, "meanwhile")).toContain("tokens");
  });

  it("in dollars is used up as soon as a cost is unknown [req:budget.unknown-cost]", () => {
    expect(why({ max_budget_usd: 100 }, { cost_usd: null })).toContain("does not report costs");
    const caps = { ...noCaps, max_budget_usd: 100 };
    expect(remainingUsd(caps, { ...nothing, cost_usd: null })).toBeUndefined();
  });

  it("tells what a turn may still cost, never less than nothing", () => {
    const caps = { ...noCaps, max_budget_usd: 1, max_wall_secs: 2 };
    expect(remainingUsd(caps, { ...nothing, cost_usd: 0.25 })).toBe(0.75);
    expect(remainingUsd(caps, { ...nothing, cost_usd: 3 })).toBe(0);
    expect(remainingMs(caps, 500)).toBe(1500);
    expect(remainingMs(caps, 5000)).toBe(0);
  });
});
