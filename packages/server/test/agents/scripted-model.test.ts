import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readScenario, type ScenarioInput } from "../../src/agents/testing/scenario.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/agents/testing/scripted-model.ts";

const scenario: ScenarioInput = {
  name: "words",
  steps: [
    { name: "slow", match: { prompt: "slow" }, answers: [[{ delay_ms: 3_600_000 }, { say: "late" }]] },
    {
      name: "any",
      answers: [[{ say: "hi" }, { usage: { input_tokens: 11, output_tokens: 3, cached_tokens: 4 } }]],
    },
  ],
};

describe("the scripted model", () => {
  let model: ScriptedModel;
  afterEach(() => model?.close());
  const post = (at: string, body: object) =>
    fetch(`${model.url}${at}`, { method: "POST", body: JSON.stringify(body) });
  const messages = [{ role: "user", content: "hello" }];

  it("is labelled as scripted in every answer and never takes another model's name [req:agents.scripted]", async () => {
    model = await startScriptedModel({ scenario });
    const answers = [
      await post("/v1/messages?beta=true", { model: "claude-opus-5", messages }),
      await post("/v1/chat/completions", { model: "gpt-9", messages }),
      await post("/v1/responses", { model: "gpt-9", input: "hello" }),
    ];
    for (const answer of answers) {
      expect(answer.headers.get("x-harness-scripted")).toBe("1");
      expect(await answer.json()).toMatchObject({ model: "scripted-1" });
    }
    expect(await (await fetch(`${model.url}/v1/models`)).json()).toMatchObject({
      data: [{ id: "scripted-1" }],
    });
    expect((await fetch(model.url, { method: "HEAD" })).status).toBe(200);
    expect(await (await post("/v1/messages/count_tokens", { model: "m", messages })).json()).toHaveProperty(
      "input_tokens",
    );
  });

  it("streams the three protocols with their usage [req:agents.scripted]", async () => {
    model = await startScriptedModel({ scenario });
    const bodies = await Promise.all([
      post("/v1/messages", { model: "m", messages, stream: true }).then((answer) => answer.text()),
      post("/v1/chat/completions", { model: "m", messages, stream: true }).then((answer) => answer.text()),
      post("/v1/responses", { model: "m", input: "hello", stream: true }).then((answer) => answer.text()),
    ]);
    for (const body of bodies) expect(body).toContain('"hi"');
    expect(bodies[0]).toContain('"cache_read_input_tokens":4');
    expect(bodies[1]).toMatch(/"prompt_tokens":11.*\[DONE\]/s);
    expect(bodies[2]).toMatch(/event: response\.completed.*"input_tokens":11/s);
  });

  it("ends open answers when it is closed", async () => {
    model = await startScriptedModel({ scenario });
    const open = post("/v1/messages", { model: "m", messages: [{ role: "user", content: "slow" }] });
    open.catch(() => undefined);
    while (model.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await model.close();
    await expect(open).rejects.toThrow();
  });

  it("reads scenario files and names what is wrong in them [req:agents.scripted]", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "scenario-"));
    const file = path.join(folder, "scenario.json");
    await writeFile(file, JSON.stringify(scenario));
    expect((await readScenario(file)).model).toBe("scripted-1");
    await writeFile(file, JSON.stringify({ ...scenario, model: "claude-opus-5" }));
    await expect(readScenario(file)).rejects.toThrow(/model/);
    await rm(folder, { recursive: true });
  });
});
