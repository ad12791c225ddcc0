import { describe, expect, it } from "vitest";
import { testDir } from "../support/test-app.ts";
import { step, talkingWorld } from "./talking-world.ts";

describe("a turn that runs", () => {
  it("is given more words, which are an item of it [req:thread.steer, turn.steer]", async () => {
    await using w = await talkingWorld([
      step("use tabs", [{ say: "I use tabs" }]),
      step("look around", [{ run: { argv: ["sleep", "2"] } }], [{ say: "looked" }]),
    ]);
    const thread_id = await w.start();
    const turn_id = await w.say(thread_id, "look around");
    await w.event((event) => event.type === "item.started" && event.turn_id === turn_id);
    expect(await w.call("turn/start", { thread_id, input: "use tabs", when_busy: "steer" })).toEqual({
      turn_id,
      input_id: null,
      outcome: "steered",
    });
    await w.call("turn/steer", { turn_id, instruction: "and no spaces: use tabs" });
    expect((await w.ended(turn_id)).status).toBe("completed");
    const words = (await w.items(thread_id)).flatMap(({ item }) =>
      item.kind === "message" ? [`${item.role ?? "agent"}: ${item.text}`] : [],
    );
    expect(words).toEqual([
      "user: look around",
      "user: use tabs",
      "user: and no spaces: use tabs",
      "agent: I use tabs",
    ]);
    await expect(w.call("turn/steer", { turn_id, instruction: "late" })).rejects.toMatchObject({
      code: "turn_not_running",
    });
  });

  it("asks a person and goes on with the words of the answer [req:approval.question]", async () => {
    await using w = await talkingWorld([
      step(
        "which one",
        [{ ask: { question: "Tabs or spaces?", options: ["tabs", "spaces"] } }],
        [{ say: "fine" }],
      ),
    ]);
    const thread_id = await w.start();
    const turn_id = await w.say(thread_id, "which one");
    const asked = await w.asked();
    expect(asked).toMatchObject({
      kind: "question",
      questions: [{ text: "Tabs or spaces?", options: ["tabs", "spaces"] }],
    });
    await expect(
      w.call("approval/respond", { approval_id: asked.id, decision: "allow" }),
    ).rejects.toMatchObject({ code: "invalid_params" });
    const answers = { [asked.questions[0]?.id ?? ""]: "tabs, of course" };
    await w.call("approval/respond", { approval_id: asked.id, decision: "answer", answers });
    expect((await w.ended(turn_id)).status).toBe("completed");
    const [answered] = (await w.call("approval/list", { status: "answered" })).data;
    expect(answered?.answers).toEqual(answers);
    expect(JSON.stringify(await w.items(thread_id))).toContain("tabs, of course");
  });

  it("that waits for a person is parked when the server stops, which waits for nobody [req:approval.drain]", async () => {
    const touch = step("make it", [{ run: { argv: ["touch", "made.txt"] } }], [{ say: "made it" }]);
    const dir = testDir("parked");
    const options = { dir, config: "[server]\ndrain_timeout_secs = 3600" };
    let thread_id = "";
    {
      await using w = await talkingWorld([touch], options);
      thread_id = await w.start({ approvals: { profile: "strict" } });
      await w.say(thread_id, "make it");
      await w.asked();
      // An hour of draining is for turns that work.
    }
    await using w = await talkingWorld([touch], { ...options, start: false });
    expect(await w.call("thread/get", { thread_id })).toMatchObject({
      status: "waiting",
      turn_history: [{ status: "waiting" }],
    });
  });
});
