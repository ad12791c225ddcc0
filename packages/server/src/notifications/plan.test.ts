import type { NotificationKind } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { nextBatch, pauseAfter, type Timing } from "./plan.ts";

const row = (
  id: string,
  not_before: number,
  kind: NotificationKind = "done",
  batch_id: string | null = null,
) => ({
  id,
  kind,
  not_before,
  batch_id,
});
const always: Timing = { urgent: [], quietUntil: (time) => time };
/** Quiet from 100 to 200. */
const night: Timing = {
  urgent: ["broken"],
  quietUntil: (time) => (time >= 100 && time < 200 ? 200 : time),
};
const plan = (rows: Parameters<typeof nextBatch<ReturnType<typeof row>>>[0], timing: Timing, now: number) => {
  const batch = nextBatch(rows, timing, now);
  return batch && [batch.at, batch.rows.map(({ id }) => id).join("")];
};

describe("the next message of a channel", () => {
  it("is everything that waits, when the first of it is due [req:notify.batched]", () => {
    expect(plan([], always, 0)).toBeUndefined();
    expect(plan([row("a", 60), row("b", 90)], always, 10)).toEqual([60, "ab"]);
    expect(plan([row("a", 60), row("b", 90)], always, 70)).toEqual([70, "ab"]);
  });

  it("waits for the end of quiet hours, unless it is urgent [req:notify.quiet]", () => {
    expect(plan([row("a", 99), row("b", 150)], night, 50)).toEqual([99, "ab"]);
    expect(plan([row("a", 120)], night, 90)).toEqual([200, "a"]);
    expect(plan([row("a", 120)], night, 130)?.[0]).toBe(200);
    expect(plan([row("a", 120), row("b", 140, "broken")], night, 130)).toEqual([140, "b"]);
    expect(plan([row("a", 20), row("b", 140, "broken")], night, 150)).toEqual([140, "b"]);
    expect(plan([row("a", 20), row("b", 140, "broken")], night, 200)).toEqual([140, "ab"]);
  });

  it("is the one that was tried before, alone, and at its own time [req:notify.retry]", () => {
    const rows = [row("a", 80, "done", "a"), row("b", 80, "done", "a"), row("c", 10)];
    expect(plan(rows, always, 20)).toEqual([80, "ab"]);
    expect(plan([row("a", 120, "done", "a")], night, 110)).toEqual([200, "a"]);
    expect(plan([row("a", 120, "done", "a"), row("b", 120, "broken", "a")], night, 110)).toEqual([120, "ab"]);
  });

  it("is tried after a minute, then two, at most an hour later, or when the receiver says [req:notify.retry]", () => {
    const minutes = [1, 2, 3, 4, 5, 6, 7, 8].map((tries) => pauseAfter(tries) / 60_000);
    expect(minutes).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(pauseAfter(1, 5_000)).toBe(60_000);
    expect(pauseAfter(7, 86_400_000)).toBe(86_400_000);
  });
});
