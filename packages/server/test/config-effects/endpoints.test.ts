import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ScenarioInput } from "../../src/agents/index.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/agents/testing/scripted-model.ts";
import { type World, world } from "../scenarios/world.ts";

const reads = [{ read_file: { path: "sum.js" } }];
const fills = [...reads, { usage: { input_tokens: 9_000, output_tokens: 100 } }];
/** A scripted model, labelled as such: it fills its context, never ends or uses much, as the task asks. */
const scenario: ScenarioInput = {
  name: "endpoints",
  steps: [
    { name: "summary", match: { prompt: "^Summarise this conversation:" }, answers: [[{ say: "SUMMARY" }]] },
    {
      name: "after",
      match: { prompt: "summarised here" },
      answers: Array.from({ length: 3 }, () => [{ say: "on" }]),
    },
    { name: "fills", match: { prompt: "fill the context" }, answers: [reads, fills, [{ say: "whole" }]] },
    { name: "never ends", match: { prompt: "never end" }, answers: [reads, reads, reads, reads, reads] },
    {
      name: "uses much",
      match: { prompt: "use much" },
      answers: [[...reads, { usage: { input_tokens: 30_000, output_tokens: 1 } }], [{ say: "no" }]],
    },
    { name: "any", answers: [[{ say: "done" }]] },
  ],
};

describe("settings of model endpoints by protocol", () => {
  let model: ScriptedModel;
  let w: World;
  const calls = (protocol: string) => model.requests.filter((request) => request.protocol === protocol);

  beforeAll(async () => {
    model = await startScriptedModel({ scenario });
    const config = [
      "[agents]",
      "max_steps = 3",
      "max_turn_tokens = 20000",
      "[agents.review]",
      "enabled = false",
      "[agents.anthropic_api]",
      `base_url = "${model.url}"`,
      'default_model = "scripted-a"',
      'api_key = "key-of-anthropic"',
      "context_tokens = 10000",
      "[agents.openai_api]",
      `base_url = "${model.url}/v1"`,
      'default_model = "scripted-o"',
      "context_tokens = 10000",
      "[agents.ollama]",
      `base_url = "${model.url}"`,
      'default_model = "scripted-1"',
      "max_tokens = 333",
      "context_tokens = 4444",
      "[agents.api.mine]",
      'protocol = "openai"',
      `base_url = "${model.url}/v1"`,
      'default_model = "scripted-mine"',
      'api_key = "key-of-mine-1234"',
      "max_tokens = 555",
      "max_steps = 2",
      "[agents.api.theirs]",
      'protocol = "openai_compatible"',
      `base_url = "${model.url}/v1"`,
      'default_model = "scripted-theirs"',
    ];
    w = await world({ agents: {}, config: config.join("\n") });
  });
  afterAll(async () => {
    await w?.[Symbol.asyncDispose]();
    await model?.close();
  });

  it("agents.api: each endpoint is an agent that speaks its protocol, with its own key and limits [req:api.endpoints]", async () => {
    expect(await w.run({ agent: "mine" })).toMatchObject({ status: "no_change" });
    const [asked] = calls("openai_responses");
    expect(JSON.parse(asked?.body ?? "")).toMatchObject({ model: "scripted-mine", max_output_tokens: 555 });
    expect(asked?.headers.authorization).toBe("Bearer key-of-mine-1234");
    expect((await w.run({ agent: "mine", prompt: "never end" })).turns[0]?.failure?.message).toContain(
      "2 steps",
    );
    expect(await w.run({ agent: "theirs" })).toMatchObject({ status: "no_change" });
    expect(calls("chat_completions")[0]?.model).toBe("scripted-theirs");
    const { agents } = await w.call("agent/list", {});
    expect(agents.filter(({ kind }) => kind === "api").map(({ name }) => name)).toEqual([
      "anthropic_api",
      "openai_api",
      "mine",
      "theirs",
      "ollama",
    ]);
  });

  it("agents.ollama.base_url, agents.ollama.default_model, agents.ollama.max_tokens, agents.ollama.context_tokens: the request has them", async () => {
    expect(await w.run({ agent: "ollama" })).toMatchObject({ status: "no_change" });
    const body = { model: "scripted-1", options: { num_ctx: 4_444, num_predict: 333 } };
    expect(JSON.parse(calls("ollama_chat")[0]?.body ?? "")).toMatchObject(body);
  });

  it("agents.anthropic_api.context_tokens, agents.openai_api.context_tokens: older turns are summarised before it is full", async () => {
    for (const agent of ["anthropic_api", "openai_api"]) {
      const task = await w.run({ agent, prompt: "fill the context" });
      const warnings = JSON.stringify(await w.events(task.id, "turn.warning"));
      expect(warnings).toContain("of 10000 tokens");
    }
  });

  it("agents.max_steps, agents.max_turn_tokens: a turn ends there", async () => {
    const end = async (prompt: string) =>
      (await w.run({ agent: "anthropic_api", prompt })).turns[0]?.failure?.message;
    expect(await end("never end")).toBe("The turn reached its limit of 3 steps.");
    expect(await end("use much")).toContain("limit of 20000 tokens");
  });
});
