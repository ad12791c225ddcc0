import { expect, it } from "vitest";
import type { AgentEvent } from "../agents/index.ts";
import { ItemTimes } from "./item-times.ts";

const item = (phase: "started" | "completed", id: string) =>
  ({ type: "item", phase, item: { id, kind: "command" } }) as Extract<AgentEvent, { type: "item" }>;

it("says how long a thing took whose beginning was seen, and nothing of one that only ends", () => {
  let now = 1_000;
  const times = new ItemTimes({ now: () => now });
  expect(times.note(item("started", "a"))).toEqual({});
  now = 1_400;
  // An agent that tells of it again, such as of its output so far, does not begin it anew.
  expect(times.note(item("started", "a"))).toEqual({});
  now = 2_000;
  expect(times.note(item("completed", "a"))).toEqual({ duration_ms: 1_000 });
  expect(times.note(item("completed", "a"))).toEqual({});
  expect(times.note(item("completed", "b"))).toEqual({});
});
