import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../src/agents/index.ts";
import { modelConfig, step } from "../threads/talking-world.ts";
import { answerOf, type HostWorld, hostWorld, revisions } from "./host-world.ts";

describe.each(revisions)("a host that speaks %s and talks", (revision) => {
  let model: ScriptedModel;
  let world: HostWorld;
  beforeAll(async () => {
    model = await startScriptedModel({
      scenario: {
        name: "talk",
        steps: [
          step("first words", [{ say: "The answer is 7." }]),
          step("second words", [{ say: "Still 7." }]),
          step("write it", [{ write_file: { path: "seven.txt", content: "7\n" } }], [{ say: "Written." }]),
        ],
      },
    });
    world = await hostWorld({
      agents: {},
      config: `${modelConfig(model.url)}\n[approvals]\nprofile = "strict"`,
    });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await model.close();
  });

  it("gets an answer from harness and goes on with harness-reply [req:mcp.harness-tools]", async () => {
    const host = await world.host(revision);
    const first = await host.callTool(
      {
        name: "harness",
        arguments: { prompt: "first words", project_root: world.root, agent: "openai_api" },
      },
      { timeout: 60_000 },
    );
    const said = answerOf(first);
    expect(said).toMatchObject({
      output: "The answer is 7.",
      status: "completed",
      agent: "openai_api",
      project_root: world.root,
    });
    const [text] = first.content as { text: string }[];
    expect(text?.text.split("\n")[0]).toBe(`thread_id: ${String(said["thread_id"])}`);
    const reply = await host.callTool(
      { name: "harness-reply", arguments: { thread_id: said["thread_id"], prompt: "second words" } },
      { timeout: 60_000 },
    );
    expect(answerOf(reply)).toMatchObject({ thread_id: said["thread_id"], output: "Still 7." });
    // The second prompt came with the first and its answer before it.
    const last = model.requests.at(-1);
    expect(last?.body).toContain("first words");
    expect(last?.body).toContain("The answer is 7.");
    const wrong = await host.callTool({
      name: "harness-reply",
      arguments: { thread_id: `thr_${"0".repeat(26)}`, prompt: "x" },
    });
    expect(answerOf(wrong)).toMatchObject({ error: { code: "thread_not_found" } });
  });

  it("sees what an agent asks, and answers it when its token may [req:mcp.approvals]", async () => {
    const host = await world.host(revision);
    const told: string[] = [];
    const asked = new Promise<void>((resolve) => {
      const talk = host.callTool(
        { name: "harness", arguments: { prompt: "write it", project_root: world.root, agent: "openai_api" } },
        {
          timeout: 60_000,
          onprogress: ({ message = "" }) => {
            told.push(message);
            if (message.startsWith("asks a person")) resolve();
          },
        },
      );
      answered = talk;
    });
    await asked;
    const { data } = answerOf(await host.callTool({ name: "approval_list", arguments: {} }));
    const [approval] = data as { id: string; paths: string[]; action_hash: string }[];
    expect(approval?.paths).toEqual(["seven.txt"]);
    const { token } = await world.client.call("token/create", { name: `s-${revision}` });
    const lesser = await world.host(revision, token);
    const names = (await lesser.listTools()).tools.map(({ name }) => name);
    expect(names).toContain("approval_list");
    expect(names).not.toContain("approval_respond");
    await host.callTool({
      name: "approval_respond",
      arguments: { approval_id: approval?.id, decision: "allow", action_hash: approval?.action_hash },
    });
    expect(answerOf(await answered)).toMatchObject({ output: "Written.", status: "completed" });
  });

  let answered: Promise<Awaited<ReturnType<Awaited<ReturnType<HostWorld["host"]>>["callTool"]>>>;
});
