import { describe, expect, it } from "vitest";
import { parseQuietHours, quietUntil } from "./quiet-hours.ts";

const until = (time: string, hours: string, zone: string) =>
  new Date(quietUntil(Date.parse(time), parseQuietHours(hours, zone))).toISOString().replace(":00.000Z", "Z");

describe("quiet hours", () => {
  it.each([
    ["the minute before", "2026-01-10T20:59Z", "22:00-07:00", "Europe/Berlin", "2026-01-10T20:59Z"],
    ["the first minute", "2026-01-10T21:00Z", "22:00-07:00", "Europe/Berlin", "2026-01-11T06:00Z"],
    ["after midnight", "2026-01-11T03:17Z", "22:00-07:00", "Europe/Berlin", "2026-01-11T06:00Z"],
    ["the last minute", "2026-01-11T05:59Z", "22:00-07:00", "Europe/Berlin", "2026-01-11T06:00Z"],
    ["their end", "2026-01-11T06:00Z", "22:00-07:00", "Europe/Berlin", "2026-01-11T06:00Z"],
    ["within one day", "2026-01-11T12:30Z", "12:00-14:00", "UTC", "2026-01-11T14:00Z"],
    ["outside within one day", "2026-01-11T14:30Z", "12:00-14:00", "UTC", "2026-01-11T14:30Z"],
    ["almost always", "2026-01-11T14:30Z", "14:00-13:59", "UTC", "2026-01-12T13:59Z"],
    ["a zone of half an hour", "2026-01-11T17:00Z", "22:00-07:00", "Asia/Kolkata", "2026-01-12T01:30Z"],
    ["midnight itself", "2026-01-11T00:00Z", "00:00-06:00", "UTC", "2026-01-11T06:00Z"],
  ])("%s [req:notify.quiet]", (_name, time, hours, zone, end) => {
    expect(until(time, hours, zone)).toBe(end);
  });

  it.each([
    // Clocks go forward at 01:00Z: 02:00 is 03:00.
    ["a night one hour shorter", "2026-03-28T22:00Z", "22:00-07:00", "Europe/Berlin", "2026-03-29T05:00Z"],
    ["an end that does not exist", "2026-03-29T00:30Z", "22:00-02:30", "Europe/Berlin", "2026-03-29T01:00Z"],
    [
      "a beginning that does not exist",
      "2026-03-29T01:00Z",
      "02:30-07:00",
      "Europe/Berlin",
      "2026-03-29T05:00Z",
    ],
    // Clocks go back at 01:00Z: 03:00 is 02:00 again.
    ["a night one hour longer", "2026-10-24T21:00Z", "22:00-07:00", "Europe/Berlin", "2026-10-25T06:00Z"],
    [
      "an end that comes twice, the first time",
      "2026-10-24T23:30Z",
      "22:00-02:30",
      "Europe/Berlin",
      "2026-10-25T00:30Z",
    ],
    [
      "an end that comes twice, the second time",
      "2026-10-25T01:10Z",
      "22:00-02:30",
      "Europe/Berlin",
      "2026-10-25T01:30Z",
    ],
    ["the other hemisphere", "2026-10-03T13:00Z", "22:00-07:00", "Australia/Sydney", "2026-10-03T20:00Z"],
    ["New York in spring", "2026-03-08T05:00Z", "22:00-07:00", "America/New_York", "2026-03-08T11:00Z"],
  ])("when the clock is changed: %s [req:notify.quiet]", (_name, time, hours, zone, end) => {
    expect(until(time, hours, zone)).toBe(end);
  });
});
