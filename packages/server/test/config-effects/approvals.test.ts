import { describe, expect, it } from "vitest";
import { manualClock } from "../support/manual-clock.ts";
import { step, talkingWorld } from "../threads/talking-world.ts";

const steps = [
  step("hang on", [{ say: "slow" }, { delay_ms: 600_000 }]),
  step("make it", [{ run: { argv: ["touch", "made.txt"] } }], [{ say: "made it" }]),
];

describe("settings of what a person is asked", () => {
  it("approvals.profile, approvals.expires_secs, approvals.on_expiry: how a question is put", async () => {
    const config = '[approvals]\nprofile = "strict"\nexpires_secs = 60\non_expiry = "approve"';
    await using w = await talkingWorld(steps, { config });
    const turn = await w.say(await w.start(), "make it");
    const asked = await w.asked();
    expect(asked).toMatchObject({ why: "approval profile strict", on_expiry: "approve" });
    expect(Date.parse(asked.expires_at ?? "") - Date.parse(asked.created_at)).toBe(60_000);
    await w.call("approval/respond", { approval_id: asked.id, decision: "allow" });
    expect((await w.ended(turn)).status).toBe("completed");
  });

  it("approvals.hold_secs: how long the process of an agent is kept while a person is asked", async () => {
    const clock = manualClock("2026-01-01T10:00:00Z");
    const config = '[approvals]\nprofile = "strict"\nhold_secs = 5';
    await using w = await talkingWorld(steps, { clock, config });
    const turn = await w.say(await w.start(), "make it");
    await w.asked();
    clock.advance(5_000);
    await w.event((event) => event.type === "turn.waiting" && event.turn_id === turn);
  });

  it("concurrency.max_running_turns: one turn more waits in its queue", async () => {
    await using w = await talkingWorld(steps, { config: "[concurrency]\nmax_running_turns = 1" });
    const turn = await w.say(await w.start(), "hang on");
    await w.event((event) => event.type === "turn.started" && event.turn_id === turn);
    const thread_id = await w.start();
    const said = await w.call("turn/start", { thread_id, input: "make it" });
    expect(said.outcome).toBe("queued");
    await w.call("turn/cancel", { turn_id: turn });
    await w.event((event) => event.type === "turn.ended" && event.thread_id === thread_id);
  });

  it("limits.max_queued_inputs: what does not fit into the queue is refused", async () => {
    const config = `[concurrency]\nmax_running_turns = 1`;
    await using w = await talkingWorld(steps, { config, env: { HARNESS_LIMITS_MAX_QUEUED_INPUTS: "1" } });
    const thread_id = await w.start();
    const turn_id = await w.say(thread_id, "hang on");
    await w.call("turn/start", { thread_id, input: "make it", when_busy: "queue" });
    await expect(
      w.call("turn/start", { thread_id, input: "make it", when_busy: "queue" }),
    ).rejects.toMatchObject({ code: "queue_full" });
    await w.call("turn/cancel", { turn_id });
  });
});
