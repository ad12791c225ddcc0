import { noCaps } from "@harness/protocol";
import { expect, it } from "vitest";
import { limitLines } from "./limits.ts";

const limits = { ...noCaps, no_progress_turns: 3, same_failure_times: 3 };
const spent = { cost_usd: 1.5, total_tokens: 12_300, wall_ms: 65_000, turns: 4, attempts: 1 };

it("says what is left of each limit, and of an unknown cost that it is unknown", () => {
  const lines = limitLines({ limits: { ...limits, max_budget_usd: 2, max_wall_secs: 60 }, spent });
  expect(lines[0]).toEqual({ name: "Cost", used: "$1.50", limit: "$2.00", left: "$0.50", share: 0.75 });
  expect(lines[1]).toEqual({ name: "Tokens", used: "12.3k", limit: null, left: null, share: null });
  expect(lines[2]).toMatchObject({ used: "1 min 5 s", left: "0 ms", share: 1 });
  const unknown = limitLines({
    limits: { ...limits, max_budget_usd: 2 },
    spent: { ...spent, cost_usd: null },
  });
  expect(unknown[0]).toEqual({ name: "Cost", used: "unknown", limit: "$2.00", left: null, share: null });
});
