import { type CostGroup, type CostSum, costGroups, exactUsd } from "@harness/protocol";

/** The words of the address: what the cost is added up by, and over how many nights. */
export interface CostWords {
  readonly by?: string;
  readonly days?: string;
}

/** How many nights back, as the address says it. */
export const spans = { "1": "This night", "7": "7 nights", "30": "30 nights", all: "All" } as const;
export type Span = keyof typeof spans;

/** What the address asks for; a word it does not know is as if it were not there. */
export function chosen({ by, days }: CostWords): { readonly by: CostGroup; readonly days: Span } {
  return {
    by: costGroups.find((group) => group === by) ?? "day",
    days: days !== undefined && Object.hasOwn(spans, days) ? (days as Span) : "7",
  };
}

const HOUR = 3_600_000;

/** From when on the ledger is read: nights begin a day apart, give or take the hour the clocks change by. */
export function sinceOf(night: string, days: Span): { readonly since?: string } {
  if (days === "all") return {};
  const back = days === "1" ? 0 : (Number(days) - 1) * 24 * HOUR + 2 * HOUR;
  return { since: new Date(Date.parse(night) - back).toISOString() };
}

/** What several sums are together. */
export type Total = Pick<
  CostSum,
  "turns" | "input_tokens" | "cached_tokens" | "output_tokens" | "cost_known_usd" | "unknown_turns"
> & { readonly cost_usd: number | null };

/** The sums added up: unknown as soon as one is, and what is known of it. */
export function totalOf(sums: readonly CostSum[]): Total {
  const add = (name: "turns" | "input_tokens" | "cached_tokens" | "output_tokens" | "unknown_turns") =>
    sums.reduce((sum, one) => sum + one[name], 0);
  const known = exactUsd(sums.reduce((sum, one) => sum + one.cost_known_usd, 0));
  return {
    turns: add("turns"),
    input_tokens: add("input_tokens"),
    cached_tokens: add("cached_tokens"),
    output_tokens: add("output_tokens"),
    unknown_turns: add("unknown_turns"),
    cost_known_usd: known,
    cost_usd: sums.some(({ cost_usd }) => cost_usd === null) ? null : known,
  };
}

/** How much of the whole each is: of the known cost, or of the tokens while no cost is known. */
export function shareOf(sum: CostSum, total: Total): number {
  if (total.cost_known_usd > 0) return sum.cost_known_usd / total.cost_known_usd;
  const tokens = total.input_tokens + total.output_tokens;
  return tokens === 0 ? 0 : (sum.input_tokens + sum.output_tokens) / tokens;
}

/** The dearest first, of those that cost as much the one with the most tokens; nights the newest first. */
export function ordered(by: CostGroup, sums: readonly CostSum[]): CostSum[] {
  if (by === "day") return [...sums].sort((a, b) => (b.key ?? "").localeCompare(a.key ?? ""));
  const tokens = (sum: CostSum) => sum.input_tokens + sum.output_tokens;
  return [...sums].sort((a, b) => b.cost_known_usd - a.cost_known_usd || tokens(b) - tokens(a));
}

/** A night by the day it begins on, where the person is. */
export function nightName(begin: string): string {
  return new Date(begin).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}
