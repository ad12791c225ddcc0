import { describe, expect, it } from "vitest";
import { manualClock } from "../support/manual-clock.ts";
import { step, talkingWorld } from "./talking-world.ts";

const touch = { run: { argv: ["touch", "made.txt"] } };
const asks = [step("make it", [touch], [{ say: "made it" }])];
const strict = { approvals: { profile: "strict" as const } };
const listed = { approvals: { profile: "allow_listed" as const } };

describe("a person who is asked", () => {
  it("sees exactly what is asked, and an answer holds for that alone [req:approval.bound]", async () => {
    await using w = await talkingWorld(asks);
    const thread_id = await w.start(strict);
    const turn = await w.say(thread_id, "make it");
    const approval = await w.asked();
    expect(approval).toMatchObject({
      kind: "run",
      thread_id,
      turn_id: turn,
      task_id: null,
      status: "pending",
      on_expiry: "deny",
      why: "approval profile strict",
    });
    expect(approval.command).toContain("touch made.txt");
    const other = { approval_id: approval.id, decision: "allow" as const, action_hash: "0".repeat(64) };
    await expect(w.call("approval/respond", other)).rejects.toMatchObject({ code: "approval_changed" });
    await w.call("approval/respond", { ...other, action_hash: approval.action_hash });
    expect((await w.ended(turn)).status).toBe("completed");
    await expect(w.call("approval/respond", other)).rejects.toMatchObject({ code: "approval_changed" });
    await expect(
      w.call("approval/respond", { approval_id: approval.id, decision: "allow" }),
    ).rejects.toMatchObject({ code: "approval_decided" });
    const [told] = (await w.call("approval/list", { status: "allowed" })).data;
    expect(told).toMatchObject({ id: approval.id, scope: "once", decided_by: "operator" });
    expect(told?.consumed_at).not.toBeNull();
    expect((await w.call("thread/diff", { thread_id })).patch).toContain("made.txt");
  });

  it("says no with a reason that the agent is told [req:approval.deny, turn.respond-approval]", async () => {
    await using w = await talkingWorld(asks);
    const thread_id = await w.start(strict);
    const turn = await w.say(thread_id, "make it");
    const { id: approval_id } = await w.asked();
    await expect(w.call("approval/respond", { approval_id, decision: "deny" })).rejects.toMatchObject({
      code: "invalid_params",
    });
    const decision = { decision: "reject" as const, reason: "not that file" };
    await w.call("turn/respond_approval", { turn_id: turn, request_id: approval_id, decision });
    expect((await w.ended(turn)).status).toBe("completed");
    const [command] = (await w.items(thread_id)).filter(({ item }) => item.kind === "approval");
    expect(command?.item).toMatchObject({ decision: "deny", reason: "not that file" });
    expect((await w.call("thread/diff", { thread_id })).patch).toBe("");
  });

  it("allows for the thread, or for good by a rule that can be taken back [req:approval.scopes]", async () => {
    const again = [
      step("make it", [touch], [{ say: "made" }]),
      step("once more", [touch], [{ say: "made" }]),
    ];
    await using w = await talkingWorld(again);
    const thread_id = await w.start(listed);
    const first = await w.say(thread_id, "make it");
    await w.call("approval/respond", {
      approval_id: (await w.asked()).id,
      decision: "allow",
      scope: "attempt",
    });
    expect((await w.ended(first)).status).toBe("completed");
    // The same thing in the same thread is not asked again; in another it is.
    expect((await w.said(thread_id, "once more")).status).toBe("completed");
    const other = await w.start(listed);
    const second = await w.say(other, "make it");
    await w.call("approval/respond", {
      approval_id: (await w.asked()).id,
      decision: "allow",
      scope: "always",
    });
    expect((await w.ended(second)).status).toBe("completed");
    const third = await w.start(listed);
    expect((await w.said(third, "make it")).status).toBe("completed");
    const [rule] = (await w.call("approval/rules", {})).data;
    expect(rule).toMatchObject({ kind: "run", hits: 1, created_by: "operator" });
    await w.call("approval/forget_rule", { rule_id: rule?.id ?? "" });
    const fourth = await w.start(listed);
    const turn = await w.say(fourth, "make it");
    await w.asked();
    await w.call("turn/cancel", { turn_id: turn });
    expect((await w.ended(turn)).status).toBe("cancelled");
    expect((await w.call("approval/list", {})).data).toEqual([]);
    expect((await w.call("approval/list", { status: "withdrawn" })).data).toHaveLength(1);
  });

  it("who does not answer in time is answered for as they chose [req:approval.expiry]", async () => {
    const clock = manualClock("2026-01-01T10:00:00Z");
    await using w = await talkingWorld(asks, { clock, config: "[approvals]\nhold_secs = 7200" });
    const yes = await w.start({ approvals: { ...strict.approvals, expires_secs: 60, on_expiry: "approve" } });
    const allowed = await w.say(yes, "make it");
    await w.asked();
    clock.advance(61_000);
    expect((await w.ended(allowed)).status).toBe("completed");
    const [byExpiry] = (await w.call("approval/list", { status: "allowed" })).data;
    expect(byExpiry?.decided_by).toBe("expiry");
    const no = await w.start({ approvals: { ...strict.approvals, expires_secs: 60 } });
    const denied = await w.say(no, "make it");
    await w.asked();
    clock.advance(61_000);
    expect((await w.ended(denied)).status).toBe("completed");
    expect((await w.call("approval/list", { status: "expired" })).data).toHaveLength(1);
    expect((await w.call("thread/diff", { thread_id: no })).patch).toBe("");
  });

  it("may take long: the turn is parked without a process and goes on with the answer [req:approval.parked]", async () => {
    const clock = manualClock("2026-01-01T10:00:00Z");
    const steps = [
      step("stopped while you waited", [touch], [{ say: "made it after all" }]),
      step("make it", [touch], [{ say: "made it" }]),
    ];
    await using w = await talkingWorld(steps, { clock });
    const thread_id = await w.start(strict);
    const turn = await w.say(thread_id, "make it");
    const { id: approval_id } = await w.asked();
    clock.advance(301_000);
    await w.event((event) => event.type === "turn.waiting" && event.turn_id === turn);
    expect(await w.call("thread/get", { thread_id })).toMatchObject({ status: "waiting" });
    expect(w.app.conversations.running).toBe(0);
    await expect(w.call("turn/start", { thread_id, input: "more" })).rejects.toMatchObject({
      code: "thread_busy",
    });
    await w.call("approval/respond", { approval_id, decision: "allow" });
    expect(await w.ended(turn)).toMatchObject({ id: turn, status: "completed" });
    expect((await w.call("approval/list", {})).data).toEqual([]);
    expect((await w.items(thread_id)).at(-1)?.item.text).toContain("made it after all");
    expect((await w.call("thread/diff", { thread_id })).patch).toContain("made.txt");
  });
});
