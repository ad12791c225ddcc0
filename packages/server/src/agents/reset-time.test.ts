import { describe, expect, it } from "vitest";
import { resetTime } from "./reset-time.ts";

const now = Date.parse("2026-11-21T11:24:00Z");

describe("the time a quota comes back", () => {
  it.each([
    ["You've hit your 5-hour limit · resets 10:26pm (UTC)", "2026-11-21T22:26:00.000Z"],
    ["resets 3:30am (Europe/London)", "2026-11-22T03:30:00.000Z"],
    ["limit reached ∙ resets 9am (America/New_York)", "2026-11-21T14:00:00.000Z"],
    ["resets Nov 24, 10pm (UTC)", "2026-11-24T22:00:00.000Z"],
    ["resets Jan 2, 10pm (UTC)", "2027-01-02T22:00:00.000Z"],
    ["Try again in 2 hours 5 minutes.", "2026-11-21T13:29:00.000Z"],
    ["try again in 3 days 1 hour", "2026-11-24T12:24:00.000Z"],
    ["Please try again in 20s.", "2026-11-21T11:24:20.000Z"],
    ['{"resets_at":1795300000}', "2026-11-21T22:26:40.000Z"],
    ["Claude AI usage limit reached|1795300000", "2026-11-21T22:26:40.000Z"],
    ["Please try again in 120ms.", "2026-11-21T11:24:00.120Z"],
    ["Please retry after 9 seconds.", "2026-11-21T11:24:09.000Z"],
    ["You will regain access on 2027-01-01 at 00:00 UTC.", "2027-01-01T00:00:00.000Z"],
    ["quota resets at 2026-11-22T00:00:00Z", "2026-11-22T00:00:00.000Z"],
    ["resets 10pm (Mars/Olympus)", undefined],
    ["resets Foo 24, 10pm (UTC)", undefined],
    ["resets Nov 0, 10pm (UTC)", undefined],
    ["resets Feb 30, 10:99pm (UTC)", undefined],
    ["resets 25:30 (UTC)", "2026-11-22T01:30:00.000Z"],
    // This time of day does not exist there on the day the clocks go forward.
    ["resets Mar 28, 2027 at 1:30am (Europe/London)", "2027-03-28T01:30:00.000Z"],
    ["Quota exceeded. Check your plan and billing details.", undefined],
  ])("%s [req:agents.quota]", (text, expected) => expect(resetTime(text, now)).toBe(expected));

  it("reads a local time of day as the machine's own", () => {
    expect(resetTime("You can try again at Nov 25th, 2026 10:26 PM", now)).toMatch(/^2026-11-2[456]T/);
  });
});
