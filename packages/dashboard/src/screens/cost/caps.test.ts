import { noCaps } from "@harness/protocol";
import { expect, it } from "vitest";
import { capsOf } from "./caps.ts";

const spent = { cost_usd: null, total_tokens: 900, wall_ms: 61_000, turns: 3, attempts: 1 };
const left = { usd: null, tokens: 100, turns: null, attempts: null, wall_ms: 0 };

it("says of each cap what was used and what is left, and what nobody knows", () => {
  const caps = { ...noCaps, max_budget_usd: 5, max_tokens: 1_000, max_wall_secs: 61 };
  expect(capsOf({ caps, spent, left })).toEqual([
    { name: "money", cap: "$5.00", used: "unknown", left: "what is left is unknown" },
    { name: "tokens", cap: "1k", used: "900", left: "100 left" },
    { name: "time", cap: "1 min 1 s", used: "1 min 1 s", left: "0 ms left" },
  ]);
});

it("has no line for what has no cap", () => {
  expect(capsOf({ caps: noCaps, spent, left })).toEqual([]);
});
