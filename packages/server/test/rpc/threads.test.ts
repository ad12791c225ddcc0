import { describe, expect, it } from "vitest";
import { startScriptedModel } from "../../src/agents/index.ts";
import { sumFiles } from "../scenarios/world.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { modelConfig, step } from "../threads/talking-world.ts";
import { checked, expectWhole, type Told, until } from "./told.ts";
import { type StdioServer, stdioServer } from "./wires.ts";

const touch = { run: { argv: ["touch", "made.txt"] } };

/** A server whose agent speaks to a scripted model, and a project for it. */
async function talking() {
  const model = await startScriptedModel({
    scenario: {
      name: "talk",
      steps: [step("make it", [touch], [{ say: "made it" }]), step("hello", [{ say: "hello yourself" }])],
    },
  });
  const server = await stdioServer({ config: modelConfig(model.url) });
  await server.wire.greet({ notifications: false });
  const root = makeRepository(`${server.dir}/repo`, sumFiles);
  await server.wire.call("project/create", { root, id: "app", validation: "none" });
  return {
    server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await model.close();
    },
  };
}

async function start({ wire }: StdioServer, approvals?: object): Promise<string> {
  const { result } = await wire.call("thread_start", { project: "app", agent: "openai_api", approvals });
  return (result as { thread_id: string }).thread_id;
}

describe("a thread driven over one connection, its agent's model scripted", () => {
  it("is told as it goes, asks and is answered, in the words of the agent protocol [req:rpc.notifications]", async () => {
    await using at = await talking();
    const { wire } = at.server;
    await wire.call("events/subscribe", { after_seq: 0 });
    const thread_id = await start(at.server, { profile: "strict" });
    const { result } = await wire.call("turn/start", { thread_id, input: "make it" });
    const { turn_id } = result as { turn_id: string };
    const asked = await until(wire, ({ method }) => method === "turn/approval_request");
    const request = asked.at(-1)?.params;
    expect(request).toMatchObject({ thread_id, turn_id, command: expect.stringContaining("touch made.txt") });
    const decision = { decision: "accept" };
    const answered = await wire.call("turn/respond_approval", {
      turn_id,
      request_id: request?.["request_id"],
      decision,
    });
    expect(answered.result).toEqual({ responded: true });
    const rest = await until(
      wire,
      ({ method, params }) => method === "thread/status_changed" && params["status"] === "idle",
    );
    const all = [...asked, ...rest];
    expectWhole(all, 0);
    const told = all.filter(({ method }) => method !== "event");
    for (const method of ["turn/started", "item/started", "item/completed", "token_usage/updated"] as const)
      expect(told.map((one) => one.method)).toContain(method);
    expect(told.find(({ method }) => method === "turn/completed")?.params).toMatchObject({
      thread_id,
      turn_id,
      status: "completed",
      failure: null,
      token_usage: { total_tokens: expect.any(Number) },
    });
    expect((await wire.call("turn/status", { turn_id })).result).toMatchObject({ status: "completed" });
    expect((await wire.call("turn/cancel", { turn_id })).error).toMatchObject({ code: -32002 });
    expect(
      (await wire.call("turn/steer", { turn_id: `turn_${"0".repeat(26)}`, instruction: "x" })).error,
    ).toMatchObject({ code: -32001 });
  });

  it("is followed alone, from its beginning, by whoever comes late [req:rpc.subscribe]", async () => {
    await using at = await talking();
    const { wire } = at.server;
    const threads = [await start(at.server), await start(at.server)];
    await wire.call("events/subscribe", { after_seq: 0 });
    for (const thread_id of threads) await wire.call("turn/start", { thread_id, input: "hello" });
    const ended = new Set<unknown>();
    await until(wire, ({ method, params }) => {
      if (method === "turn/completed") ended.add(params["thread_id"]);
      return ended.size === 2;
    });
    const thread_id = threads[1]!;
    await wire.call("events/subscribe", { after_seq: 0, thread_id });
    wire.notes.length = 0;
    const seen: Told[] = [];
    while (seen.at(-1)?.method !== "turn/completed") seen.push(...[await wire.next()].flat().map(checked));
    expect(new Set(seen.map(({ about }) => about))).toEqual(new Set([thread_id]));
    expect(seen.slice(1).map(({ prev_seq }) => prev_seq)).toEqual(seen.slice(0, -1).map(({ seq }) => seq));
    expect(seen[0]?.prev_seq).toBe(0);
  });
});
