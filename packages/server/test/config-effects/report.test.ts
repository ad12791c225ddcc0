import { expect, it } from "vitest";
import { world } from "../scenarios/world.ts";
import { manualClock } from "../support/manual-clock.ts";

/** 22:00 on the clocks of this machine, whatever its time zone. */
const evening = new Date(2026, 0, 1, 22).getTime();

it("limits.max_wait_secs: a wait ends the task after so long, unless it was submitted with a limit of its own", async () => {
  const clock = manualClock(evening);
  await using w = await world({
    clock,
    start: false,
    env: { HARNESS_LIMITS_MAX_WAIT_SECS: "60" },
  });
  const first = await w.submit();
  const expiry = async (depends: Parameters<typeof w.submit>[0]) => {
    const id = await w.submit({ depends_on: [first], ...depends });
    const { block_reason } = await w.call("task/get", { task_id: id });
    return Date.parse(block_reason?.expires_at ?? "") - evening;
  };
  expect(await expiry({})).toBe(60_000);
  expect(await expiry({ max_wait_secs: 5 })).toBe(5_000);
});

it("report.at: a report is made at that time of day", async () => {
  const clock = manualClock(evening);
  await using w = await world({ clock, config: '[report]\nat = "06:30"', project: { validation: [] } });
  await w.run();
  expect(clock.waiting).toContain(new Date(2026, 0, 2, 6, 30).getTime());
  clock.advance(8.5 * 3_600_000);
  const { data } = await w.event((event) => event.type === "report.created");
  expect(data).toMatchObject({ until: new Date(2026, 0, 2, 6, 30).toISOString() });
});
