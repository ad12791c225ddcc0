import type { CostSum } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { chosen, ordered, shareOf, sinceOf, totalOf } from "./cost-words.ts";

const sum = (more: Partial<CostSum>): CostSum => ({
  key: "a",
  name: "a",
  turns: 1,
  input_tokens: 100,
  cached_tokens: 0,
  output_tokens: 10,
  cost_usd: 0.1,
  cost_known_usd: 0.1,
  unknown_turns: 0,
  wall_ms: 1_000,
  ...more,
});

describe("the words of the address", () => {
  it("are kept when they are known, and else are not there", () => {
    expect(chosen({ by: "model", days: "30" })).toEqual({ by: "model", days: "30" });
    expect(chosen({ by: "moon", days: "toString" })).toEqual({ by: "day", days: "7" });
  });

  it("reach back to the begin of a night, also over the change of clocks", () => {
    const night = "2026-11-25T21:00:00.000Z";
    expect(sinceOf(night, "1")).toEqual({ since: night });
    expect(sinceOf(night, "7")).toEqual({ since: "2026-11-19T19:00:00.000Z" });
    expect(sinceOf(night, "all")).toEqual({});
  });
});

describe("a total", () => {
  it("is exact, and unknown as soon as a part is", () => {
    expect(totalOf([sum({}), sum({ cost_known_usd: 0.2, cost_usd: 0.2 })])).toMatchObject({
      turns: 2,
      cost_usd: 0.3,
    });
    expect(totalOf([sum({}), sum({ cost_usd: null, cost_known_usd: 0, unknown_turns: 3 })])).toMatchObject({
      cost_usd: null,
      cost_known_usd: 0.1,
      unknown_turns: 3,
    });
  });

  it("is shared by what is known of the cost, else by tokens", () => {
    const dear = sum({ cost_known_usd: 0.3 });
    expect(shareOf(dear, totalOf([dear, sum({})]))).toBeCloseTo(0.75);
    const free = sum({ cost_known_usd: 0, cost_usd: null });
    expect(shareOf(free, totalOf([free, free]))).toBe(0.5);
    const none = sum({ cost_known_usd: 0, input_tokens: 0, output_tokens: 0 });
    expect(shareOf(none, totalOf([none]))).toBe(0);
  });
});

describe("the order", () => {
  const keys = (by: "day" | "model", sums: CostSum[]) => ordered(by, sums).map(({ key }) => key);

  it("is the dearest first, and nights the newest first", () => {
    const free = { cost_usd: null, cost_known_usd: 0 };
    const sums = [
      sum({ ...free, key: "small" }),
      sum({ ...free, key: "large", input_tokens: 900 }),
      sum({ key: "dear" }),
    ];
    expect(keys("model", sums)).toEqual(["dear", "large", "small"]);
    expect(keys("day", [sum({ key: "2026-11-24" }), sum({ key: "2026-11-25" })])).toEqual([
      "2026-11-25",
      "2026-11-24",
    ]);
  });
});
