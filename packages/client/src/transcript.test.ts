import type { Approval, Event, EventType } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { Transcript } from "./transcript.ts";

const thread_id = "thr_1";
const at = "2026-01-02T03:00:00.000Z";

/** Events of one turn of a thread, numbered from 1. */
function events(...parts: (readonly [type: EventType, data: object])[]): Event[] {
  return parts.map(([type, data], index) => {
    const ids = { project_id: "proj_1", task_id: null, thread_id, turn_id: "turn_1" };
    return { seq: index + 1, at, ...ids, actor: "claude", type, data } as unknown as Event;
  });
}

function told(...parts: Parameters<typeof events>): Transcript {
  const transcript = new Transcript(thread_id);
  for (const event of events(...parts)) transcript.apply(event);
  return transcript;
}

const begins = ["turn.started", { role: "chat", round: 1, agent: "claude", model: null }] as const;
const asked = { id: "apr_1", summary: "rm -rf x", status: "pending" } as Approval;
const message = (id: string, role: "user" | "agent", text: string) =>
  ["item.completed", { item: { id, kind: "message", role, text } }] as const;

describe("the transcript of a thread", () => {
  it("holds the text that is being said until its message is whole [req:client.transcript]", () => {
    const saying = [begins, message("said:0", "user", "go"), ["message.delta", { text: "I a" }]] as const;
    expect(told(...saying).live.text).toBe("I a");
    // What a person says in the middle is no end of it.
    const steered = [
      ...saying,
      message("said:1", "user", "hurry"),
      ["message.delta", { text: "m" }],
    ] as const;
    expect(told(...steered).live.text).toBe("I am");
    const whole = told(...steered, message("m1", "agent", "I am"));
    expect(whole.live.text).toBe("");
    expect(whole.items.map(({ item }) => item.text)).toEqual(["go", "hurry", "I am"]);
  });

  it("holds what was begun, with its output, until it or its turn ends [req:client.transcript]", () => {
    const item = { id: "c1", kind: "command", command: "ls" };
    const running = [
      begins,
      ["item.started", { item }],
      ["tool.output_delta", { item_id: "c1", text: "a\n" }],
      ["tool.output_delta", { item_id: "c1", text: "b\n" }],
      ["tool.output_delta", { item_id: "nobody", text: "?" }],
    ] as const;
    expect(told(...running).live.items).toEqual([{ ...item, output: "a\nb\n" }]);
    expect(told(...running, ["item.completed", { item }]).live.items).toEqual([]);
    const end = { status: "failed", failure: { code: "exit", message: "gone" }, usage: null };
    const over = told(...running, ["turn.ended", end]);
    expect(over.live).toEqual({ text: "", items: [] });
    expect(over.turns).toMatchObject([{ id: "turn_1", ...end, ended_at: at }]);
  });

  it("has each turn with its checkpoint, also where nothing was changed [req:thread.turn-commit]", () => {
    const commit = "a".repeat(40);
    const end = { status: "completed", failure: null, usage: null };
    expect(told(begins, ["turn.ended", { ...end, commit }]).turns[0]?.commit).toBe(commit);
    // A task's snapshot is taken after its turn.
    const later = told(begins, ["turn.ended", { ...end, commit: null }], ["snapshot.taken", { commit }]);
    expect(later.turns[0]?.commit).toBe(commit);
  });

  it("holds what a person is asked until it is decided, whoever decides [req:client.transcript]", () => {
    const asks = [begins, ["approval.requested", { approval: asked }]] as const;
    expect(told(...asks).approvals).toEqual([asked]);
    const waits = told(...asks, ["turn.waiting", { approval_id: "apr_1", reason: "" }]);
    expect(waits.turns[0]?.status).toBe("waiting");
    expect(
      told(...asks, ["approval.decided", { approval_id: "apr_1", status: "withdrawn" }]).approvals,
    ).toEqual([]);
  });

  it("is the same when events are put in again, and knows no other thread [req:client.transcript]", () => {
    const all = events(
      ["thread.started", { title: "Notes" }],
      ["thread.status_changed", { status: "active" }],
      begins,
      message("said:0", "user", "go"),
      ["input.queued", { input_id: "inp_1", text: "then" }],
      ["input.changed", { input_id: "inp_1", text: "and then" }],
      message("m1", "agent", "gone"),
      ["turn.ended", { status: "completed", failure: null, usage: null }],
      ["thread.status_changed", { status: "idle" }],
    );
    const shown = (transcript: Transcript) => {
      const { items, turns, queue, approvals, live, status, title, after } = transcript;
      return { items, turns, queue, approvals, live, status, title, after };
    };
    const once = new Transcript(thread_id);
    const twice = new Transcript(thread_id);
    for (const event of all) once.apply(event);
    for (const event of [...all, ...all.slice(3)]) twice.apply(event);
    for (const event of all) twice.apply({ ...event, thread_id: "thr_2", seq: 99 });
    expect(shown(twice)).toEqual(shown(once));
    expect(shown(once)).toMatchObject({ title: "Notes", status: "idle", after: 9 });
    expect(once.queue).toMatchObject([{ id: "inp_1", text: "and then" }]);
  });
});
