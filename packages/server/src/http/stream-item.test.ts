import { type Event, eventTypes, type NewEvent, StreamItem } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { endsStream, toStreamItem } from "./stream-item.ts";

const envelope = {
  seq: 1,
  at: "2026-01-01T00:00:00.000Z",
  project_id: null,
  task_id: null,
  thread_id: null,
  turn_id: null,
};
const item = { id: "item_1", kind: "command" as const, command: "ls", exit_code: 0 };
const usage = { input_tokens: 1, output_tokens: 2 } as unknown as Extract<
  NewEvent,
  { type: "usage.updated" }
>["data"]["usage"];

const project = (event: NewEvent) => toStreamItem({ ...envelope, ...event } as Event);

describe("the projection of an event", () => {
  it.each<[NewEvent, StreamItem]>([
    [
      { type: "item.started", actor: "a", data: { item } },
      { type: "item_started", item },
    ],
    [
      { type: "item.completed", actor: "a", data: { item } },
      { type: "item_completed", item },
    ],
    [
      { type: "message.delta", actor: "a", data: { item_id: null, text: "hi" } },
      { type: "message_delta", text: "hi" },
    ],
    [
      { type: "tool.output_delta", actor: "a", data: { item_id: "i", text: "out" } },
      { type: "tool_output_delta", item_id: "i", text: "out" },
    ],
    [
      { type: "turn.warning", actor: "a", data: { message: "careful" } },
      { type: "warning", message: "careful" },
    ],
    [
      { type: "turn.ended", actor: "a", data: { status: "completed", failure: null, usage: null } },
      { type: "event", event: "turn.ended", data: { status: "completed", failure: null, usage: null } },
    ],
    [
      { type: "server.stopped", actor: "a", data: { reason: "x" } },
      { type: "event", event: "server.stopped", data: { reason: "x" } },
    ],
  ])(
    "is seed 1's item where there is one, else the event by its name [req:http.task-stream]",
    (event, expected) => {
      const projected = project(event);
      expect(projected).toEqual(expected);
      expect(StreamItem.safeParse(projected).success).toBe(true);
    },
  );

  it("of usage and of a failed turn are token_usage and error [req:http.task-stream]", () => {
    expect(project({ type: "usage.updated", actor: "a", data: { usage } })).toEqual({
      type: "token_usage",
      usage,
    });
    const failure = { code: "agent_failed", message: "gave up" };
    const ended = project({
      type: "turn.ended",
      actor: "a",
      data: { status: "failed", failure: failure as never, usage: null },
    });
    expect(ended).toEqual({ type: "error", ...failure });
  });

  it("exists for every type of event [req:http.task-stream]", () => {
    const own = new Set([
      "item.started",
      "item.completed",
      "message.delta",
      "tool.output_delta",
      "usage.updated",
      "turn.warning",
      "turn.ended",
    ]);
    for (const type of eventTypes.filter((name) => !own.has(name)))
      expect(toStreamItem({ ...envelope, type, actor: "a", data: {} } as unknown as Event)).toEqual({
        type: "event",
        event: type,
        data: {},
      });
  });
});

describe("a task stream", () => {
  it("ends only with a status nothing follows [req:http.task-stream]", () => {
    expect(
      ["done", "no_change", "failed", "cancelled", "budget_exhausted"].every((s) => endsStream(s as never)),
    ).toBe(true);
    expect(["queued", "implementing", "waiting"].some((s) => endsStream(s as never))).toBe(false);
  });
});
