import { expect, it } from "vitest";
import { world, writesSum } from "../scenarios/world.ts";

/** Implements and may review, but never its own work. */
const alone = { source: writesSum.source, roles: ["implementer", "reviewer"] };

it.each(["sqlite", "postgres"] as const)(
  "a project is healthy or says what is wrong and what helps; without data it has no grade, on %s [req:health.project]",
  async (database) => {
    await using w = await world({ database, agents: { alone } });
    await w.call("project/update", { project: "app", review: { enabled: false } });
    const fresh = await w.call("health/check", { project_root: w.root });
    expect(fresh).toMatchObject({
      project: "app",
      healthy: true,
      quality: { grade: null, done: 0, failed: 0, first_validation: { passed: 0, of: 0 } },
      violations: null,
      signals: [],
      recommendations: [],
    });
    const done = await w.run({ agent: "alone" });
    expect((await w.call("health/check", { project: "app" })).quality).toMatchObject({
      grade: done.grade?.letter,
      done: 1,
      first_validation: { passed: 1, of: 1 },
      first_review: { approved: 0, of: 0 },
    });
    await w.call("project/update", { project: "app", validation: "none", review: { enabled: true } });
    const open = await w.run({ agent: "alone", prompt: "Make sum add more" });
    expect(open).toMatchObject({ status: "waiting", block_reason: { code: "no_reviewer" } });
    const now = await w.call("health/check", { project: "app" });
    expect(now.recommendations.at(-1)).toContain("harness project set app --validation");
    expect(now).toMatchObject({ healthy: false, signals: [{ kind: "waiting_for_you", task_id: open.id }] });
    expect(now.recommendations[0]).toBe(now.signals[0]?.commands[0]);
    await expect(w.call("health/check", { project: "nobody" })).rejects.toMatchObject({
      code: "project_not_found",
    });
  },
  180_000,
);
