import { expect, it } from "vitest";
import { fakeServer } from "./support/fake-server.ts";
import { typed } from "./support/typed.ts";

it("harness stats shows a day a line, and no share of nothing [req:web-api.series]", async () => {
  const quiet = {
    day: "2026-01-01",
    begins: "2026-01-01T00:00:00.000Z",
    ends: "2026-01-02T00:00:00.000Z",
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
  };
  const busy = {
    ...quiet,
    day: "2026-01-02",
    submitted: 5,
    ended: { done: 2, no_change: 1, failed: 1, cancelled: 1, budget_exhausted: 1 },
    duration: { median_ms: 60_000, p90_ms: 120_000, of: 5 },
    first_validation: { passed: 1, of: 4 },
    first_review: { approved: 2, of: 2 },
    cost_usd: null,
    cost_known_usd: 1.5,
    deepest_queue: 7,
  };
  await using server = await fakeServer({
    "stats/series": () => ({ timezone: "UTC", days: [quiet, busy] }),
  });
  const { out, code } = await typed(["stats", "--days", "2", "--project", "app"], { url: server.url });
  expect(code).toBe(0);
  expect(server.calls.at(-1)?.params).toMatchObject({ days: ["2"], project_id: ["app"] });
  expect(out).toContain("2026-01-01\t0\t0\t0\t0\t\t\t\t\t$0.00\t0");
  expect(out).toMatch(/2026-01-02\t5\t3\t2\t1\t[^\t]+\t[^\t]+\t25 %\t100 %\tover \$1\.50\t7/);
});
