import { expect, it } from "vitest";
import { nightAt } from "./night.ts";

const berlin = { starts_at: "12:00", timezone: "Europe/Berlin" };
const night = (at: string, clock = berlin) => {
  const { begins, ends } = nightAt(Date.parse(at), clock);
  return [new Date(begins).toISOString(), new Date(ends).toISOString()];
};

it("a night begins at the hour of its zone and lasts until the next begins [req:budget.night]", () => {
  expect(night("2026-01-10T10:59:59.999Z")).toEqual(["2026-01-09T11:00:00.000Z", "2026-01-10T11:00:00.000Z"]);
  expect(night("2026-01-10T11:00:00.000Z")).toEqual(["2026-01-10T11:00:00.000Z", "2026-01-11T11:00:00.000Z"]);
  expect(night("2026-01-10T22:00:00Z", { starts_at: "18:30", timezone: "America/New_York" })).toEqual([
    "2026-01-09T23:30:00.000Z",
    "2026-01-10T23:30:00.000Z",
  ]);
});

it("begins at this very moment, or began a minute less than a day ago [req:budget.night, report.daily]", () => {
  const here = { starts_at: "22:00", timezone: null };
  const evening = new Date(2026, 0, 1, 22).getTime();
  expect(nightAt(evening, here)).toEqual({ begins: evening, ends: new Date(2026, 0, 2, 22).getTime() });
  expect(nightAt(evening, { ...here, starts_at: "22:01" })).toEqual({
    begins: new Date(2025, 11, 31, 22, 1).getTime(),
    ends: evening + 60_000,
  });
});

it("a change of the clocks makes one night an hour shorter or longer, and loses none [req:budget.night]", () => {
  expect(night("2026-03-28T20:00:00Z")).toEqual(["2026-03-28T11:00:00.000Z", "2026-03-29T10:00:00.000Z"]);
  expect(night("2026-10-24T20:00:00Z")).toEqual(["2026-10-24T10:00:00.000Z", "2026-10-25T11:00:00.000Z"]);
  // 02:30 does not exist on this day: the night begins after the gap.
  const gap = { starts_at: "02:30", timezone: "Europe/Berlin" };
  expect(night("2026-03-29T12:00:00Z", gap)[0]).toBe("2026-03-29T01:30:00.000Z");
});
