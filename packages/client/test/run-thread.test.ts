import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../server/src/agents/index.ts";
import { type TestServer, testServer } from "../../server/test/support/test-server.ts";
import { step } from "../../server/test/threads/talking-world.ts";
import { type RunEvent, runThread } from "../src/index.ts";

let model: ScriptedModel;
let server: TestServer;
beforeAll(async () => {
  // A scripted model that speaks the Anthropic Messages API; no real one.
  const hold = step("hold", [{ say: "held" }, { delay_ms: 600_000 }]);
  const write = step(
    "write it",
    [{ write_file: { path: "a.txt", content: "one\n" } }],
    [{ say: "Written." }],
  );
  model = await startScriptedModel({ scenario: { name: "sdk", steps: [hold, write] } });
  const config = `[agents.anthropic_api]\nbase_url = "${model.url}"\napi_key = "k"\ndefault_model = "scripted-1"\n[approvals]\nprofile = "allow_all"`;
  server = await testServer({ config });
  await server.client.call("project/update", { project: "app", active: true });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await model.close();
});

describe("a thread that is run by asking", () => {
  it("is driven over the Anthropic API to its answer, told on the way [req:sdk.typescript, agent.anthropic-api]", async () => {
    const { client } = server;
    const { thread_id } = await client.call("thread/start", { project: "app", agent: "anthropic_api" });
    const told: RunEvent[] = [];
    const options = { pollIntervalMs: 10, onEvent: (event: RunEvent) => void told.push(event) };
    const run = await runThread(client, { thread_id, input: "write it" }, options);
    expect(run).toMatchObject({
      threadId: thread_id,
      status: "completed",
      output: "Written.",
      timedOut: false,
      turn: { agent: "anthropic_api" },
    });
    expect(run.events).toEqual(told);
    expect([told[0]?.method, told.at(-1)?.method]).toEqual(["sdk:turn/started", "sdk:turn/completed"]);
    expect(told.at(-1)?.params).toEqual({ thread_id, turn_id: run.turnId, status: "completed" });
    expect((await client.call("thread/diff", { thread_id })).patch).toContain("+one");
    expect(model.requests.length).toBeGreaterThanOrEqual(2);
  });

  it("is left running when the wait is over first [req:sdk.typescript]", async () => {
    const { client } = server;
    const { thread_id } = await client.call("thread/start", { project: "app", agent: "anthropic_api" });
    const run = await runThread(client, { thread_id, input: "hold" }, { timeoutMs: 0 });
    expect(run).toMatchObject({ status: "running", timedOut: true });
    expect(run.events.at(-1)?.method).toBe("sdk:turn/timeout");
    await expect(runThread(client, { thread_id, input: "more" })).rejects.toMatchObject({
      code: "thread_busy",
    });
    await client.call("turn/cancel", { turn_id: run.turnId });
  });
});
