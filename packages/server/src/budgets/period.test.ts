import type { BudgetPeriod } from "@harness/protocol";
import { expect, it } from "vitest";
import { Periods } from "./period.ts";

const periods = (timezone: string) => new Periods({ starts_at: "12:00", timezone });
const period = (kind: BudgetPeriod, at: string, timezone = "Europe/Berlin") => {
  const { begins, ends } = periods(timezone).at(kind, Date.parse(at));
  return [begins, ends ?? Number.NaN].map((one) => (Number.isNaN(one) ? null : new Date(one).toISOString()));
};

it("days, weeks and months are those of the calendar in the zone of the night [req:budget.periods]", () => {
  const at = "2026-01-31T23:30:00.000Z";
  expect(period("night", at)).toEqual(["2026-01-31T11:00:00.000Z", "2026-02-01T11:00:00.000Z"]);
  // In Berlin it is February already, and Sunday.
  expect(period("day", at)).toEqual(["2026-01-31T23:00:00.000Z", "2026-02-01T23:00:00.000Z"]);
  expect(period("week", at)).toEqual(["2026-01-25T23:00:00.000Z", "2026-02-01T23:00:00.000Z"]);
  expect(period("month", at)).toEqual(["2026-01-31T23:00:00.000Z", "2026-02-28T23:00:00.000Z"]);
  expect(period("month", "2026-12-05T00:00:00Z", "UTC")).toEqual([
    "2026-12-01T00:00:00.000Z",
    "2027-01-01T00:00:00.000Z",
  ]);
  expect(period("total", at)).toEqual(["1970-01-01T00:00:00.000Z", null]);
});

it("a change of the clocks makes a day an hour shorter or longer, and loses none [req:budget.periods]", () => {
  expect(period("day", "2026-03-29T12:00:00Z")).toEqual([
    "2026-03-28T23:00:00.000Z",
    "2026-03-29T22:00:00.000Z",
  ]);
  expect(period("day", "2026-10-25T12:00:00Z")).toEqual([
    "2026-10-24T22:00:00.000Z",
    "2026-10-25T23:00:00.000Z",
  ]);
  // In Havana midnight of this day comes twice, and in spring not at all.
  expect(period("day", "2026-11-01T04:30:00Z", "America/Havana")[0]).toBe("2026-11-01T04:00:00.000Z");
  expect(period("day", "2026-03-08T12:00:00Z", "America/Havana")).toEqual([
    "2026-03-08T05:00:00.000Z",
    "2026-03-09T04:00:00.000Z",
  ]);
});

it("every moment around changes of the clocks lies in exactly one day, and each begins where the one before ends [req:budget.periods]", () => {
  const zones = [
    ...["Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu"],
    ...["America/Santiago", "Africa/Cairo", "Asia/Beirut", "Atlantic/Azores"],
  ];
  for (const zone of zones) {
    for (const [first, last] of [
      ["2026-03-05", "2026-04-28"],
      ["2026-09-03", "2026-11-03"],
    ].map((pair) => pair.map((day) => Date.parse(day))) as [number, number][]) {
      const slices = periods(zone).slices(first, last);
      expect(slices[0]?.from).toBe(first);
      expect(slices.at(-1)?.to).toBe(last);
      for (const [index, { to }] of slices.entries()) expect(slices[index + 1]?.from ?? to).toBe(to);
      const days = new Periods({ starts_at: "12:00", timezone: zone });
      for (const { from, to } of slices) {
        const { begins, ends } = days.at("day", from);
        expect([begins <= from, to <= (ends ?? 0)], `${zone} ${from}`).toEqual([true, true]);
      }
    }
  }
});
