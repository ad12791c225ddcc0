import type { DayStats } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { dayName, dayPlots } from "./day-plots.ts";

const day = (date: string, more: Partial<DayStats> = {}): DayStats => ({
  day: date,
  begins: `${date}T00:00:00.000Z`,
  ends: `${date}T23:59:59.999Z`,
  submitted: 0,
  ended: { done: 0, no_change: 0, failed: 0, cancelled: 0, budget_exhausted: 0 },
  duration: { median_ms: null, p90_ms: null, of: 0 },
  first_validation: { passed: 0, of: 0 },
  first_review: { approved: 0, of: 0 },
  grades: { A: 0, B: 0, C: 0, D: 0, none: 0 },
  cost_usd: 0,
  cost_known_usd: 0,
  unknown_turns: 0,
  input_tokens: 0,
  cached_tokens: 0,
  output_tokens: 0,
  deepest_queue: 0,
  ...more,
});

const busy = day("2026-11-25", {
  ended: { done: 2, no_change: 0, failed: 1, cancelled: 0, budget_exhausted: 0 },
  duration: { median_ms: 3_000, p90_ms: 5_000, of: 3 },
  first_validation: { passed: 2, of: 3 },
  first_review: { approved: 2, of: 2 },
  grades: { A: 1, B: 0, C: 0, D: 0, none: 1 },
  cost_usd: null,
  cost_known_usd: 0.5,
  unknown_turns: 2,
  deepest_queue: 4,
});

const plots = (days: readonly DayStats[]) =>
  Object.fromEntries(dayPlots(days).map((plot) => [plot.title, plot]));

describe("the plots of some days", () => {
  it("say in a sentence what they show", () => {
    expect(Object.values(plots([busy, day("2026-11-26")])).map(({ summary }) => summary)).toEqual([
      "3 tasks ended: 2 done, 1 failed.",
      "$0.50 are known; 2 turns have no known cost and are not in it.",
      "On 25 Nov half of 3 tasks took up to 3 s, nine of ten up to 5 s.",
      "At most 4 tasks waited at once, on 25 Nov.",
      "The first validation passed 2 of 3 (67 %), the first review approved 2 of 2 (100 %).",
      "1 × A, 1 without a grade.",
    ]);
  });

  it("say that nothing happened", () => {
    expect(Object.values(plots([day("2026-11-26")])).map(({ summary }) => summary)).toEqual([
      "No task ended.",
      "$0.00 in all.",
      "No task that was started ended.",
      "No task had to wait.",
      "No first validation, no first review.",
      "No finished task has a grade.",
    ]);
  });

  it("leave a gap where there is nothing to take a share or a middle of, and draw no unknown cost as nothing", () => {
    const { Cost, Durations, "Pass rates": rates } = plots([busy, day("2026-11-26")]);
    expect(Cost?.series.map(({ values }) => values)).toEqual([
      [null, 0],
      [0.5, null],
    ]);
    expect(Durations?.series[0]?.values).toEqual([3_000, null]);
    expect(rates?.series.map(({ values }) => values)).toEqual([
      [2 / 3, null],
      [1, null],
    ]);
  });

  it("tell series apart by more than their colour", () => {
    for (const { series } of dayPlots([busy]))
      expect(new Set(series.map(({ mark }) => mark)).size).toBe(series.length);
  });

  it("name days without a zone moving them", () => {
    expect(dayName("2026-11-01")).toBe("1 Nov");
    expect(dayName("2026-11-01", true)).toBe("1 Nov 2026");
  });
});
