import { describe, expect, it } from "vitest";
import { step, talkingWorld } from "./talking-world.ts";

const steps = [
  step("Why", [{ say: "Because." }]),
  step("be refused", [
    { error: { status: 401, type: "authentication_error", message: "invalid x-api-key" } },
  ]),
  step("", [{ say: "The scripted model spoke." }]),
];

describe("a thread under the operator's strategy [req:strategy.threads]", () => {
  it("is answered without the model what needs none, recorded so, and the model hears of it", async () => {
    await using w = await talkingWorld(steps);
    const thread_id = await w.start();
    const first = await w.said(thread_id, "what branch am I on?");
    expect(first).toMatchObject({ status: "completed", agent: "deterministic", model: null });
    expect(w.requests()).toBe(0);
    const second = await w.said(thread_id, "Why that one?");
    expect(second).toMatchObject({ status: "completed", agent: "openai_api" });
    expect(w.requests()).toBe(1);
    await w.said(thread_id, "git status");
    await w.said(thread_id, "Go on");
    const said = (await w.items(thread_id)).flatMap(({ item }) =>
      item.kind === "message" ? [item.text ?? ""] : [],
    );
    expect(said[1]).toContain("The branch is");
    expect(said[3]).toBe("Because.");
    expect(said[5]).toContain("Nothing is changed");
    expect(said.at(-1)).toBe("The scripted model spoke.");
    const warned = await w.app.log.read({ afterSeq: 0, filter: { thread_id, types: ["turn.warning"] } });
    expect(warned).toEqual([]);
  });

  it("says clearly that no model answers, and the turn stays failed", async () => {
    await using w = await talkingWorld(steps);
    const thread_id = await w.start();
    const turn = await w.said(thread_id, "Please be refused");
    expect(turn).toMatchObject({ status: "failed", failure: { code: "auth" } });
    const [, reply] = (await w.items(thread_id)).filter(({ item }) => item.kind === "message");
    expect(reply?.item.text).toContain("openai_api did not answer");
    const still = await w.said(thread_id, "git log");
    expect(still).toMatchObject({ status: "completed", agent: "deterministic" });
  });

  it("asks a model always when the operator says so", async () => {
    await using w = await talkingWorld(steps, { config: '[agents]\nexecution_strategy = "model"' });
    const turn = await w.said(await w.start(), "git status");
    expect(turn).toMatchObject({ status: "completed", agent: "openai_api" });
    expect(w.requests()).toBe(1);
  });
});
