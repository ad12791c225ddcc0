import { expect, it } from "vitest";
import { manualClock } from "../support/manual-clock.ts";
import { world } from "./world.ts";

const HOUR = 3_600_000;
/** 22:00 on the clocks of this machine, whatever its time zone. */
const evening = new Date(2026, 0, 1, 22).getTime();
const at = (day: number, hour: number) => new Date(2026, 0, day, hour).getTime();
const iso = (ms: number) => new Date(ms).toISOString();

it("comes at its time each day, tells all since the one before, and is made up for after a stop [req:report.daily]", async () => {
  const clock = manualClock(evening);
  const config = '[report]\nat = "07:00"';
  const project = { validation: [] };
  const { dir } = await (async () => {
    const w = await world({ clock, config, project });
    await w.run();
    expect((await w.call("report/list", {})).data).toEqual([]);
    expect(clock.waiting).toContain(at(2, 7));
    clock.advance(9 * HOUR);
    await w.event((event) => event.type === "report.created");
    expect((await w.call("report/list", {})).data).toMatchObject([
      { automatic: true, since: iso(at(1, 12)), until: iso(at(2, 7)) },
    ]);
    await w.app.stop();
    return w;
  })();
  // The server is down on two mornings, and comes back at nine.
  clock.advance(at(4, 9) - clock.now());
  await using w = await world({ clock, config, dir });
  await w.event((event) => event.type === "report.created" && event.data.since === iso(at(2, 7)));
  const { data } = await w.call("report/list", {});
  expect(data).toMatchObject([{ since: iso(at(2, 7)), until: iso(at(4, 9)) }, { until: iso(at(2, 7)) }]);
});

it("is not made on a server without tasks, and not at all unless it is asked for [req:report.daily]", async () => {
  const clock = manualClock(evening);
  await using w = await world({ clock, config: '[report]\nat = "21:00"' });
  await using none = await world({ clock, config: "" });
  await w.app.stop("settled").catch(() => undefined);
  expect(none.app.loaded.config.report.at).toBeNull();
  expect(clock.waiting).not.toContain(at(2, 21));
});
