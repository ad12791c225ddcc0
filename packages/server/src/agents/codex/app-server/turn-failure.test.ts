import { expect, it } from "vitest";
import { turnFailure } from "./turn-failure.ts";

const now = Date.parse("2026-11-21T11:24:00Z");
const resets = Date.parse("2026-11-21T15:00:30Z") / 1000;

it.each([
  ["usageLimitExceeded", "Come back later.", "quota", true],
  ["unauthorized", "No.", "auth", false],
  ["contextWindowExceeded", "Too much.", "permanent", false],
  ["serverOverloaded", "Busy.", "transient", true],
  [{ httpConnectionFailed: { httpStatusCode: 401 } }, "It failed.", "auth", false],
  [{ responseTooManyFailedAttempts: { httpStatusCode: 503 } }, "It failed.", "transient", true],
  ["other", "The requested model 'x' does not exist.", "permanent", false],
  [null, "Something.", "unknown", false],
  [{ odd: 3 }, "Something.", "unknown", false],
  ["constructor", "Something.", "unknown", false],
])("%j, %s is %s [req:codex.failures]", (codexErrorInfo, message, kind, retry) => {
  expect(turnFailure({ message, codexErrorInfo }, now, undefined)).toEqual({ kind, message, retry });
});

it("knows when a used-up limit comes back, exactly where Codex has told [req:codex.failures]", () => {
  const error = {
    message: "You've hit your usage limit. Try again at Nov 21st, 2026 3:00 PM (UTC).",
    codexErrorInfo: "usageLimitExceeded",
  };
  expect(turnFailure(error, now, undefined).reset_at).toBe("2026-11-21T15:00:00.000Z");
  expect(turnFailure(error, now, resets).reset_at).toBe("2026-11-21T15:00:30.000Z");
  expect(turnFailure({ message: "Busy.", codexErrorInfo: "serverOverloaded" }, now, resets).reset_at).toBe(
    undefined,
  );
});
