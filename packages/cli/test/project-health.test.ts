import { expect, it } from "vitest";
import { fakeServer } from "./support/fake-server.ts";
import { typed } from "./support/typed.ts";

it("harness project health shows grades, what is wrong and what helps [req:health.project]", async () => {
  const quality = {
    grade: "B",
    grades: { A: 1, B: 2, C: 0, D: 0, none: 0 },
    done: 3,
    failed: 1,
    first_validation: { passed: 2, of: 3 },
    first_review: { approved: 0, of: 0 },
  } as const;
  const health = {
    project_id: "proj_1",
    project: "app",
    checked_at: "2026-01-02T03:00:00.000Z",
    healthy: true,
    quality,
    violations: null,
    signals: [],
    recommendations: ["harness doctor"],
  };
  await using server = await fakeServer({ "health/check": () => health });
  const { out, code } = await typed(["project", "health", "app"], { url: server.url });
  expect(code).toBe(0);
  expect(server.calls.at(-1)?.params).toEqual({ project: ["app"] });
  expect(out).toBe(
    "project\tapp\nnow\tnothing is wrong\ngrade\tB\ngrades\t1 A, 2 B\n14 days\t3 done, 1 failed\nfirst proof\t2 of 3 passed\nrun\tharness doctor\n",
  );
  const exact = await typed(["project", "health", "--json"], { url: server.url });
  expect(JSON.parse(exact.out)).toEqual(health);
});
