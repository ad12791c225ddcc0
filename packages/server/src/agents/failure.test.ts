import { describe, expect, it } from "vitest";
import { classifyFailure } from "./failure.ts";

const now = Date.parse("2026-11-21T11:24:00Z");

describe("what a provider's failure means", () => {
  it.each([
    ["You've hit your 5-hour limit · resets 10:26pm (UTC)", 429, "quota"],
    ["Credit balance is too low", 400, "quota"],
    ["Quota exceeded. Check your plan and billing details.", undefined, "quota"],
    ["You’ve hit your usage limit. Try again later.", undefined, "quota"],
    ["You exceeded your current quota, please check your plan", 429, "quota"],
    ["Not logged in · Please run /login", 401, "auth"],
    ["unexpected status 401 Unauthorized: invalid x-api-key, url: http://h/v1/responses", undefined, "auth"],
    ["OAuth token has expired. Please obtain a new token", undefined, "auth"],
    ["exceeded retry limit, last status: 429 Too Many Requests", undefined, "transient"],
    ["API Error: 500 Internal server error. This is a server-side issue", 500, "transient"],
    ["We’re currently experiencing high demand, which may cause temporary errors.", undefined, "transient"],
    ["overloaded_error", 529, "transient"],
    ["stream disconnected before completion", undefined, "transient"],
    ["fetch failed", undefined, "transient"],
    ["model: no such model", 404, "permanent"],
  ])("%s (%s) is %s [req:agents.failure]", (message, status, kind) => {
    expect(classifyFailure(message, now, status).kind).toBe(kind);
  });

  it("repeats what may pass by itself, and nothing that needs a person [req:agents.failure]", () => {
    expect(classifyFailure("overloaded", now).retry).toBe(true);
    expect(classifyFailure("Not logged in", now).retry).toBe(false);
    expect(classifyFailure("what?", now).retry).toBe(false);
    expect(classifyFailure("usage limit, resets 3:30am (Europe/London)", now)).toMatchObject({
      retry: true,
      reset_at: "2026-11-22T03:30:00.000Z",
    });
  });
});
