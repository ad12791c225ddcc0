import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { manualClock } from "../support/manual-clock.ts";
import { step, type TalkingWorld, talkingWorld } from "../threads/talking-world.ts";

const touch = { run: { argv: ["touch", "made.txt"] } };
const strict = { approvals: { profile: "strict" as const } };
const asksAndGoesOn = [
  step("stopped while you waited", [touch], [{ say: "made it after all" }]),
  step("make it", [touch], [{ say: "made it" }]),
];
const recordingsOf = (w: TalkingWorld, turn: string) =>
  readdirSync(w.path("data", "recordings")).filter((name) => name.startsWith(turn));

/** What its replay says of a turn. */
async function replayOf(w: TalkingWorld, turn_id: string) {
  const { result, differences, cut, why } = await w.call("turn/replay", { turn_id });
  return { result, differences, cut, why };
}
const same = { result: "same", differences: [], cut: false, why: null };

describe("a turn that is played again, with a scripted model", () => {
  it("is one turn, parked and gone on with, and shows where today differs in each part [req:replay.begun-again, recording.parts]", async () => {
    const clock = manualClock("2026-01-01T10:00:00Z");
    await using w = await talkingWorld(asksAndGoesOn, { clock });
    const turn = await w.say(await w.start(strict), "make it");
    const { id: approval_id } = await w.asked();
    expect(await replayOf(w, turn)).toMatchObject({
      result: "not_replayed",
      why: expect.stringContaining("still runs"),
    });
    clock.advance(301_000);
    await w.event((event) => event.type === "turn.waiting" && event.turn_id === turn);
    expect(await replayOf(w, turn)).toEqual(same);
    await w.call("approval/respond", { approval_id, decision: "allow" });
    expect(await w.ended(turn)).toMatchObject({ status: "completed" });
    expect(recordingsOf(w, turn).sort()).toEqual([`${turn}.jsonl.gz`, `${turn}.part-2.jsonl.gz`]);
    expect(await replayOf(w, turn)).toEqual(same);
    const second = w.path("data", "recordings", `${turn}.part-2.jsonl.gz`);
    const text = gunzipSync(readFileSync(second)).toString();
    writeFileSync(second, gzipSync(text.replaceAll("after all", "differently")));
    expect(await replayOf(w, turn)).toMatchObject({
      result: "different",
      differences: [{ what: "item completed: message" }],
    });
  });

  it("shows no difference where Harness itself said how it ended [req:replay.honest]", async () => {
    const again = { run: { argv: ["false"] } };
    const steps = [step("go in circles", ...Array.from({ length: 40 }, () => [again]))];
    await using w = await talkingWorld(steps);
    const circles = await w.said(await w.start(), "go in circles");
    expect(circles.failure?.code).toBe("tool_loop");
    expect(await replayOf(w, circles.id)).toEqual(same);
  });

  it("is not played by an agent of another kind, nor where nothing was asked of its agent [req:replay.honest]", async () => {
    await using w = await talkingWorld([step("hello", [{ say: "hello" }])]);
    const { id } = await w.said(await w.start(), "hello");
    const file = w.path("data", "recordings", `${id}.jsonl.gz`);
    const text = gunzipSync(readFileSync(file)).toString();
    const put = (changed: string) => writeFileSync(file, gzipSync(changed));
    put(text.replace('"kind":"api"', '"kind":"claude"'));
    expect((await replayOf(w, id)).why).toBe(
      "The agent openai_api was of the kind claude then; today it is api.",
    );
    put(text.split("\n")[0]!);
    expect((await replayOf(w, id)).why).toContain("never asked");
  });
});
