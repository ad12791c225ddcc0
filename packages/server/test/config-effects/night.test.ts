import { expect, it } from "vitest";
import { budgetWorld } from "../scenarios/budget-world.ts";
import { spends } from "../support/spending-agent.ts";

it("night.starts_at, night.timezone: the night begins when clocks there show it", async () => {
  await using w = await budgetWorld({
    night: { starts_at: '"18:30"', timezone: '"America/New_York"' },
    start: false,
  });
  expect(await w.call("budget/get", {})).toMatchObject({
    begins_at: "2026-01-09T23:30:00.000Z",
    ends_at: "2026-01-10T23:30:00.000Z",
  });
});

it("night.max_budget_usd, night.max_tokens, night.max_wall_secs, night.max_turns, night.max_attempts: are the caps of the night", async () => {
  const night = {
    max_budget_usd: 0.02,
    max_tokens: 50_000,
    max_wall_secs: 600,
    max_turns: 70,
    max_attempts: 80,
  };
  await using w = await budgetWorld({ night });
  const task = await w.run({ prompt: spends({}) });
  // That each of them stops work is shown case by case in scenarios/budget-caps.test.ts.
  expect(task.block_reason?.message).toContain("$0.0300 of $0.02");
  expect((await w.call("budget/get", {})).all.caps).toEqual(night);
});

it("limits.max_wall_secs, limits.no_progress_turns, limits.same_failure_times: are the limits of a task that names none", async () => {
  await using w = await budgetWorld({
    env: {
      HARNESS_LIMITS_MAX_WALL_SECS: "60",
      HARNESS_LIMITS_NO_PROGRESS_TURNS: "7",
      HARNESS_LIMITS_SAME_FAILURE_TIMES: "8",
    },
  });
  const task_id = await w.submit({ prompt: spends({ ends: "stay" }) });
  await w.event(({ type }) => type === "usage.updated");
  w.clock.advance(60_000);
  expect(await w.settled(task_id)).toMatchObject({
    status: "budget_exhausted",
    limits: { max_wall_secs: 60, no_progress_turns: 7, same_failure_times: 8 },
    spent: { wall_ms: 60_000 },
  });
});
