import { describe, expect, it, vi } from "vitest";
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

describe("a strategy that is asked for [req:thread.strategy]", () => {
  it("is kept on the thread, holds for its turns, and the turn says which and why", async () => {
    await using w = await talkingWorld(steps);
    const thread_id = await w.start({ execution_strategy: "model_only" });
    expect((await w.call("thread/get", { thread_id })).execution_strategy).toBe("model");
    const turn = await w.said(thread_id, "git status");
    expect(turn).toMatchObject({ agent: "openai_api", model: null });
    expect(turn.strategy).toEqual({
      strategy: "model",
      set_by: "thread",
      asks_model: true,
      reason: "a model is asked, whatever the words",
    });
    const [started] = await w.app.log.read({ afterSeq: 0, filter: { thread_id, types: ["turn.started"] } });
    expect(started).toMatchObject({ data: { strategy: turn.strategy } });
    const fork = await w.call("thread/fork", { thread_id });
    expect(fork.thread.execution_strategy).toBe("model");
    expect((await w.said(fork.thread_id, "git log")).agent).toBe("openai_api");
    expect((await w.call("thread/get", { thread_id: fork.thread_id })).turn_history[0]?.strategy).toEqual(
      turn.strategy,
    );
  });

  it("with the words holds for their turn only, also when they wait in the queue", async () => {
    await using w = await talkingWorld([step("hold", [{ say: "held" }, { delay_ms: 600_000 }]), ...steps]);
    const thread_id = await w.start();
    const say = async (
      input: string,
      execution_strategy: "deterministic" | "model" | "grounded" | "auto",
    ) => {
      const { turn_id } = await w.call("turn/start", { thread_id, input, execution_strategy });
      return w.ended(turn_id ?? "");
    };
    const never = await say("Please invent something", "deterministic");
    expect(never).toMatchObject({ agent: "deterministic", strategy: { set_by: "turn", asks_model: false } });
    expect(JSON.stringify(never.items)).toContain("do not understand");
    expect(w.requests()).toBe(0);
    expect(await say("git status", "model")).toMatchObject({ agent: "openai_api" });
    const grounded = await say("show check.js", "grounded");
    expect(grounded).toMatchObject({
      agent: "openai_api",
      strategy: { reason: "a model is asked, and told what was looked up first" },
    });
    expect(grounded.items.some(({ kind }) => kind === "tool_call")).toBe(true);
    expect(await w.said(thread_id, "git status")).toMatchObject({
      strategy: { strategy: "auto", set_by: "operator", asks_model: false },
    });
    const before = w.requests();
    const held = await w.say(thread_id, "hold");
    await vi.waitFor(() => expect(w.requests()).toBe(before + 1), { timeout: 30_000 });
    const queued = await w.call("turn/start", {
      thread_id,
      input: "Invent something",
      when_busy: "queue",
      execution_strategy: "deterministic",
    });
    const waiting = (await w.call("input/list", { thread_id })).data;
    expect(waiting).toMatchObject([{ id: queued.input_id, execution_strategy: "deterministic" }]);
    const steered = { thread_id, input: "more", when_busy: "steer", execution_strategy: "model" } as const;
    await expect(w.call("turn/start", steered)).rejects.toMatchObject({ code: "invalid_params" });
    await w.call("turn/cancel", { turn_id: held });
    await w.call("thread/resume", { thread_id });
    await w.event((event) => event.type === "input.removed");
    const { turn_history } = await w.call("thread/get", { thread_id });
    expect(turn_history.at(-1)).toMatchObject({ agent: "deterministic", strategy: { set_by: "turn" } });
  });

  it("holds for a chat message, and is refused where a task decides", async () => {
    await using w = await talkingWorld(steps);
    const answer = await w.call("chat/send", {
      message: "git status",
      session_id: "mine",
      project: "app",
      agent: "openai_api",
      execution_strategy: "model",
    });
    expect(answer.message).toBe("The scripted model spoke.");
    const task = await w.run({ prompt: "git status", execution_strategy: "deterministic" });
    const [thread] = (await w.call("thread/list", { task_id: task.id })).data;
    expect(thread?.execution_strategy).toBe("deterministic");
    await expect(
      w.call("turn/start", { thread_id: thread?.id ?? "", input: "go", execution_strategy: "model" }),
    ).rejects.toMatchObject({ code: "invalid_params" });
  });
});
