import type { Caps, Spent } from "@harness/protocol";
import { duration } from "./words.ts";

/** What was used against each limit, one line for each: `12,000 of 50,000 tokens`. What has no limit is shown as used. */
export function budgetLines(caps: Caps, spent: Spent): readonly (readonly [name: string, value: string])[] {
  const money = spent.cost_usd === null ? "unknown" : `$${spent.cost_usd.toFixed(4)}`;
  return [
    ["money", of(money, caps.max_budget_usd, (usd) => `$${usd}`)],
    ["tokens", of(whole(spent.total_tokens), caps.max_tokens, whole)],
    ["time", of(duration(spent.wall_ms), caps.max_wall_secs, (secs) => duration(secs * 1000))],
    ["turns", of(whole(spent.turns), caps.max_turns, whole)],
    ["attempts", of(whole(spent.attempts), caps.max_attempts, whole)],
  ];
}

/** The same in one line, without what has no limit; empty when nothing has one. */
export function budgetText(caps: Caps, spent: Spent): string {
  return budgetLines(caps, spent)
    .filter(([, value]) => value.includes(" of "))
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** Caps in one line: `money $5, turns 20`; empty when there is none. */
export function capsText(caps: Caps): string {
  const { max_budget_usd, max_tokens, max_wall_secs, max_turns, max_attempts } = caps;
  return [
    max_budget_usd === null ? "" : `money $${max_budget_usd}`,
    max_tokens === null ? "" : `tokens ${whole(max_tokens)}`,
    max_wall_secs === null ? "" : `time ${duration(max_wall_secs * 1000)}`,
    max_turns === null ? "" : `turns ${whole(max_turns)}`,
    max_attempts === null ? "" : `attempts ${whole(max_attempts)}`,
  ]
    .filter((text) => text !== "")
    .join(", ");
}

function of(used: string, cap: number | null, text: (cap: number) => string): string {
  return cap === null ? used : `${used} of ${text(cap)}`;
}

function whole(count: number): string {
  return count.toLocaleString("en-US");
}
