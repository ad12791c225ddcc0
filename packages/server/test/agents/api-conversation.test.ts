import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AgentEvent, ApiAgent, type ApiAgentDeps } from "../../src/agents/index.ts";
import {
  type ContractSubject,
  completed,
  failed,
  type RanOptions,
  run,
} from "../../src/agents/testing/contract-turn.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/agents/testing/scripted-model.ts";
import { Outbound } from "../../src/outbound/index.ts";
import { openWorld, type World } from "./world.ts";

let world: World;
let model: ScriptedModel;
beforeAll(async () => {
  world = await openWorld();
  // A scripted model, labelled as such, whose counts say that its context fills up.
  const full = { usage: { input_tokens: 9_000, output_tokens: 100 } };
  model = await startScriptedModel({
    scenario: {
      name: "long conversations",
      steps: [
        {
          name: "summary",
          match: { prompt: "^Summarise this conversation:" },
          answers: [
            [{ say: "SUMMARY: big.txt was read." }, { usage: { input_tokens: 500, output_tokens: 10 } }],
          ],
        },
        {
          name: "goes on after the summary",
          match: { prompt: "summarised here" },
          // How many of the answers before are still in the conversation decides which of these it is.
          answers: [[{ say: "went on" }], [{ say: "went on" }]],
        },
        {
          name: "fills up",
          match: { prompt: "^fill the context" },
          answers: [
            [{ read_file: { path: "big.txt" } }],
            [{ read_file: { path: "big.txt" } }, full],
            [{ say: "was not shortened" }],
          ],
        },
        {
          name: "too long",
          match: { prompt: "^be too long" },
          answers: [
            [{ read_file: { path: "big.txt" } }],
            [
              {
                error: {
                  status: 400,
                  type: "invalid_request_error",
                  message: "prompt is too long: 9 > 8 tokens",
                },
              },
            ],
          ],
        },
        {
          name: "never ends",
          match: { prompt: "^never end" },
          answers: [
            [{ read_file: { path: "a.txt" } }],
            [{ read_file: { path: "a.txt" } }],
            [{ read_file: { path: "a.txt" } }],
          ],
        },
        {
          name: "touches a folder",
          match: { prompt: "^touch a folder" },
          answers: [
            [{ read_file: { path: "src/deep/a.txt" } }],
            [{ read_file: { path: "src/deep/a.txt" } }],
            [{ say: "read it" }],
          ],
        },
      ],
    },
  });
});
afterAll(async () => {
  await model.close();
  await world[Symbol.asyncDispose]();
});

async function ask(words: string, deps: Partial<ApiAgentDeps> = {}, options: RanOptions = {}) {
  const workspace = await world.workspace();
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true });
    writeFileSync(path.join(workspace, name), text);
  };
  write("a.txt", "a\n");
  write("big.txt", "big ".repeat(4_000));
  write("AGENTS.md", "# Style\n- indent: tabs\n- quotes: double\n");
  write("src/AGENTS.md", "# Style\n- indent: spaces\n! quotes\n");
  write("src/deep/a.txt", "deep\n");
  const agent = new ApiAgent({
    name: "direct",
    fetch: new Outbound({ privateHosts: [] }).fetch,
    endpoint: {
      protocol: "anthropic",
      base_url: model.url,
      api_key: async () => "sk-test",
      context_tokens: 10_000,
    },
    default_model: "scripted-1",
    max_tokens: 1000,
    runner: world.runner,
    clock: systemClock,
    state_dir: path.join(world.root, "state"),
    host_env: world.host_env,
    ...deps,
  });
  const subject: ContractSubject = {
    ...world,
    agent,
    modelInput: () => "",
    can: { resume: true, report_silence: true, report_usage: true, ask: true, schema: true, process: false },
  };
  const before = model.requests.length;
  const ran = await run(subject, words, { workspace, ...options });
  return { ...ran, agent, requests: model.requests.slice(before) };
}

const warnings = (events: readonly AgentEvent[]) =>
  events.flatMap((event) => (event.type === "warning" ? [event.message] : []));
const reasoning = (events: readonly AgentEvent[], name: string) =>
  events.flatMap((event) =>
    event.type === "item" && event.item.kind === "reasoning" && event.item.name === name
      ? [event.item.text ?? ""]
      : [],
  );

describe("a conversation that nears the model's limit [req:api.compaction]", () => {
  it("has its older part summarised by the model, is seen to, and goes on", async () => {
    const { outcome, events, requests } = await ask("fill the context: the request");
    expect(completed(outcome).final_text).toBe("went on");
    expect(warnings(events)[0]).toMatch(/of 10000 tokens; its \d+ oldest messages were summarised/);
    expect(reasoning(events, "summary")).toEqual(["SUMMARY: big.txt was read."]);
    const last = requests.at(-1)?.body ?? "";
    expect(last).toContain("SUMMARY: big.txt was read.");
    expect(last).toContain("fill the context: the request");
    expect(completed(outcome).usage).toMatchObject({ input_tokens: 100 + 9_000 + 500 + 100 });
    expect(requests.map(({ step }) => step)).toEqual([
      "fills up",
      "fills up",
      "summary",
      "goes on after the summary",
    ]);
  });

  it("is shortened too when the endpoint says that it is too long", async () => {
    const { outcome, events } = await ask("be too long");
    expect(completed(outcome).final_text).toBe("went on");
    expect(warnings(events)).toHaveLength(1);
  });

  it("is resumed from its shorter form", async () => {
    const first = await ask("fill the context");
    const { session_id } = completed(first.outcome);
    const again = await ask("touch a folder", {}, session_id === null ? {} : { session_id });
    expect(again.requests[0]?.body).toContain("SUMMARY: big.txt was read.");
    expect(again.requests[0]?.body).toContain("went on");
  });
});

describe("a turn that goes on and on [req:api.limits]", () => {
  it("ends at its steps, the operator's or the turn's own", async () => {
    const by = async (deps: Partial<ApiAgentDeps>, options: RanOptions = {}) =>
      failed((await ask("never end", deps, options)).outcome).message;
    expect(await by({ max_steps: 2 })).toBe("The turn reached its limit of 2 steps.");
    expect(await by({ max_steps: 2 }, { max_turns: 1 })).toBe("The turn reached its limit of 1 steps.");
  });

  it("ends at its tokens, with what was done kept", async () => {
    const { outcome } = await ask("never end", { max_turn_tokens: 200 });
    expect(failed(outcome)).toMatchObject({
      message: "The turn reached its limit of 200 tokens; it used 240.",
      usage: { total_tokens: 240 },
    });
  });
});

describe("the repository's AGENTS.md [req:agents-md.told]", () => {
  it("is told: the root's from the start, a folder's once when a tool touches it, and both are shown", async () => {
    const { events, requests } = await ask("touch a folder");
    const [first, second, third] = requests.map(({ body }) => body);
    expect(first).toContain("indent: tabs (AGENTS.md)");
    expect(first).not.toContain("spaces");
    expect(second).toContain("indent: spaces (src/AGENTS.md)");
    expect(third?.match(/indent: spaces/g)).toHaveLength(1);
    expect(reasoning(events, "AGENTS.md")).toEqual([
      "Rules in force everywhere, from AGENTS.md:\n\n## Style\n- indent: tabs (AGENTS.md)\n- quotes: double (AGENTS.md)",
      "Rules in force in src, from AGENTS.md, src/AGENTS.md:\n\n## Style\n- indent: spaces (src/AGENTS.md)",
    ]);
  });
});

describe("Ollama [req:api.ollama-probe]", () => {
  it("is asked which models it has, and says what to do when it is not there or has not the model", async () => {
    const probe = (base_url: string, default_model: string) =>
      new ApiAgent({
        name: "ollama",
        fetch: new Outbound({ privateHosts: [] }).fetch,
        endpoint: { protocol: "ollama", base_url },
        default_model,
        max_tokens: 1000,
        runner: world.runner,
        clock: systemClock,
        state_dir: path.join(world.root, "state"),
        host_env: world.host_env,
      }).probe();
    expect(await probe(model.url, "scripted-1")).toEqual({
      installed: true,
      version: null,
      logged_in: true,
      models: ["scripted-1"],
    });
    expect(await probe(`${model.url}/api/`, "llama9")).toMatchObject({ fix: "Get it: ollama pull llama9" });
    expect(await probe("http://127.0.0.1:9", "llama9")).toMatchObject({
      installed: false,
      fix: "Start it: ollama serve",
    });
  });
});
