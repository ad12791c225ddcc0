import type { TurnReplay } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { fakeServer } from "./support/fake-server.ts";
import { typed } from "./support/typed.ts";

const id = (prefix: string) => `${prefix}_${"0".repeat(26)}`;
const same: TurnReplay = {
  turn_id: id("turn"),
  agent: "claude",
  started_at: "2026-01-02T03:00:00.000Z",
  result: "same",
  why: null,
  cut: false,
  steps: 7,
  differences: [],
};
const different: TurnReplay = {
  ...same,
  result: "different",
  cut: true,
  differences: [
    { what: "item completed: message", recorded: '"old\u001b[2J"', today: "x".repeat(1000) },
    { what: "item started: command", recorded: null, today: '"new"' },
  ],
};
const unknown: TurnReplay = { ...same, result: "not_replayed", why: "No recording of it is kept." };

describe("harness replay", () => {
  const replay = async (turns: TurnReplay[], ...more: string[]) => {
    await using server = await fakeServer({
      "attempt/replay": ({ attempt_id }) => ({ attempt_id, turns }),
      "turn/replay": () => turns[0]!,
    });
    return await typed(["replay", ...more], { url: server.url });
  };

  it("tells that all is the same, of an attempt or a turn [req:replay.cli]", async () => {
    const whole = await replay([same, unknown], id("att"));
    expect(whole).toMatchObject({ code: 0, err: "" });
    expect(whole.out).toContain(`${same.turn_id}  claude  the same, 7 things told`);
    expect(whole.out).toContain("not replayed\n  No recording of it is kept.");
    expect(await replay([same], id("turn"))).toMatchObject({ code: 0 });
  });

  it("shows what differs, shortened and harmless, and fails [req:replay.cli]", async () => {
    const { code, out } = await replay([same, different], id("att"));
    expect(code).toBe(1);
    expect(out).toContain("item completed: message\n    - ");
    expect(out).not.toContain("\u001b");
    expect(out).toContain(`    + ${"x".repeat(300)}…`);
    expect(out).toContain("A part of its traffic was not kept");
    const json = await replay([different], id("turn"), "--json");
    expect([json.code, JSON.parse(json.out)]).toEqual([1, different]);
  });

  it("tells by its exit code that nothing could be replayed [req:replay.cli]", async () => {
    expect((await replay([unknown], id("att"))).code).toBe(2);
    expect(await replay([], id("att"))).toMatchObject({ code: 2, out: "No turn was begun in it.\n" });
    expect((await replay([same], "nonsense")).code).toBe(2);
  });
});
