import { expect, it } from "vitest";
import { lastDays } from "./calendar.ts";

it("days go from midnight to midnight, also where the clocks change and a month begins [req:web-api.series]", () => {
  const days = lastDays(Date.parse("2026-03-29T22:30:00Z"), "Europe/Berlin", 3);
  expect(days.map(({ day, begins, ends }) => [day, (ends - begins) / 3_600_000])).toEqual([
    ["2026-03-28", 24],
    ["2026-03-29", 23],
    ["2026-03-30", 24],
  ]);
  expect(days[1]?.begins).toBe(Date.parse("2026-03-28T23:00:00Z"));
  expect(days.map(({ begins }) => begins).slice(1)).toEqual(days.map(({ ends }) => ends).slice(0, -1));
  expect(lastDays(Date.parse("2026-03-01T00:00:00Z"), "UTC", 2).map(({ day }) => day)).toEqual([
    "2026-02-28",
    "2026-03-01",
  ]);
});
