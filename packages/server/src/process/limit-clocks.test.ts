import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LimitClocks } from "./limit-clocks.ts";

describe("the clocks of something that runs", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const clocks = (limits: ConstructorParameters<typeof LimitClocks>[0]) => {
    const ended: string[] = [];
    const made = new LimitClocks(limits, (reason) => ended.push(reason));
    made.start();
    return { made, ended };
  };

  it("end it when it is silent, or takes too long [req:agents.slow-approval]", () => {
    const { made, ended } = clocks({ idleMs: 100, totalMs: 250 });
    vi.advanceTimersByTime(90);
    made.touch();
    vi.advanceTimersByTime(90);
    expect(ended).toEqual([]);
    vi.advanceTimersByTime(10);
    expect(ended).toEqual(["timeout_idle"]);
    made.touch();
    vi.advanceTimersByTime(60);
    expect(ended).toEqual(["timeout_idle", "timeout_total"]);
  });

  it("stand still while a person is asked, however many are [req:agents.slow-approval]", () => {
    const { made, ended } = clocks({ idleMs: 100, totalMs: 250 });
    vi.advanceTimersByTime(90);
    const first = made.hold();
    const second = made.hold();
    vi.advanceTimersByTime(10_000);
    first();
    first();
    vi.advanceTimersByTime(10_000);
    expect(ended).toEqual([]);
    second();
    vi.advanceTimersByTime(99);
    expect(ended).toEqual([]);
    made.touch();
    vi.advanceTimersByTime(61);
    expect(ended).toEqual(["timeout_total"]);
    made.stop();
    vi.advanceTimersByTime(10_000);
    expect(ended).toEqual(["timeout_total"]);
  });

  it("do not begin while they are held", () => {
    const ended: string[] = [];
    const made = new LimitClocks({ idleMs: 10 }, (reason) => ended.push(reason));
    const release = made.hold();
    made.start();
    vi.advanceTimersByTime(100);
    expect(ended).toEqual([]);
    release();
    vi.advanceTimersByTime(10);
    expect(ended).toEqual(["timeout_idle"]);
  });
});
