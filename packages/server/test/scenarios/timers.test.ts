import { expect, it } from "vitest";
import { manualClock } from "../support/manual-clock.ts";
import { approves, implementer, world } from "./world.ts";

it("a pause between attempts ends when the clock says so, and not before [req:timers.clock]", async () => {
  const clock = manualClock("2026-01-01T22:00:00Z");
  await using w = await world({
    clock,
    agents: { writer: implementer(""), critic: approves },
    config: 'max_attempts = 2\n[agents]\ndefault_agent = "writer"',
  });
  const task_id = await w.submit({ retry_base_backoff_ms: 60_000, retry_max_backoff_ms: 60_000 });
  await w.event((event) => event.task_id === task_id && event.type === "attempt.ended");
  expect(await w.call("task/get", { task_id })).toMatchObject({
    status: "queued",
    attempts: 1,
    not_before: "2026-01-01T22:01:00.000Z",
  });
  clock.advance(59_999);
  expect(await w.call("task/get", { task_id })).toMatchObject({ status: "queued", attempts: 1 });
  clock.advance(1);
  expect(await w.settled(task_id)).toMatchObject({
    status: "failed",
    attempts: 2,
    error: { code: "zero_output" },
    finished_at: "2026-01-01T22:01:00.000Z",
  });
});
