import path from "node:path";
import { type ExecutionStrategy, systemClock } from "@harness/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ApiAgent, DeterministicAgent, withStrategy } from "../../src/agents/index.ts";
import {
  type ContractSubject,
  completed,
  failed,
  type RanOptions,
  run,
} from "../../src/agents/testing/contract-turn.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/agents/testing/scripted-model.ts";
import { Outbound } from "../../src/outbound/index.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { openWorld, type World } from "./world.ts";

const files = {
  "src/key.ts": "export function turnKey(key: string) {\n  return key;\n}\n",
  "hello.mjs": 'console.log("hi");\n',
};

let world: World;
let model: ScriptedModel;
let deterministic: DeterministicAgent;
let modelled: ApiAgent;
let workspace: string;
beforeAll(async () => {
  world = await openWorld();
  // A scripted model, labelled as such: it says which of its answers this is.
  model = await startScriptedModel({
    scenario: {
      name: "strategies",
      steps: [
        {
          name: "refused",
          match: { prompt: "be refused" },
          answers: [[{ error: { status: 401, message: "no key" } }]],
        },
        {
          name: "tells",
          match: { prompt: "how is it run" },
          answers: [[{ say: "Like this:\n```sh\nnode hello.mjs\n```" }]],
        },
        { name: "any", answers: [[{ say: "the scripted model spoke" }]] },
      ],
    },
  });
  const shared = {
    runner: world.runner,
    host_env: world.host_env,
    state_dir: path.join(world.root, "state"),
  };
  deterministic = new DeterministicAgent(shared);
  modelled = new ApiAgent({
    ...shared,
    name: "modelled",
    fetch: new Outbound({ privateHosts: [] }).fetch,
    endpoint: { protocol: "anthropic", base_url: model.url, api_key: async () => "sk-test" },
    default_model: "scripted-1",
    max_tokens: 1000,
    clock: systemClock,
  });
  workspace = makeRepository(await world.workspace(), files);
});
let before = 0;
beforeEach(() => {
  before = model.requests.length;
});
/** What the model was asked in this test. */
const requests = () => model.requests.slice(before);
afterAll(async () => {
  await model.close();
  await world[Symbol.asyncDispose]();
});

function ask(strategy: ExecutionStrategy, words: string, options: RanOptions & { without?: boolean } = {}) {
  const { without, ...rest } = options;
  const agent = withStrategy(without === true ? undefined : modelled, deterministic, strategy);
  const subject: ContractSubject = {
    ...world,
    agent,
    modelInput: () => "",
    can: { resume: true, report_silence: true, report_usage: true, ask: true, schema: true, process: false },
  };
  return run(subject, words, { workspace, ...rest });
}

const said = async (ran: ReturnType<typeof ask>) => completed((await ran).outcome).final_text;

describe("an execution strategy [req:strategy.choose]", () => {
  it("auto: answers without the model what is surely understood, and asks it everything else", async () => {
    expect(await said(ask("auto", "where is turnKey defined?"))).toContain("src/key.ts:1");
    expect(requests()).toHaveLength(0);
    expect(await said(ask("auto", "Why is the key turned?"))).toBe("the scripted model spoke");
    expect(await said(ask("auto", "create file a.txt with a friendly greeting"))).toBe(
      "the scripted model spoke",
    );
    expect(requests()).toHaveLength(2);
  });

  it("grounded: gives the model what was looked up, and shows it", async () => {
    const ran = await ask("grounded", "where is turnKey defined?");
    expect(completed(ran.outcome).final_text).toBe("the scripted model spoke");
    expect(requests()[0]?.body).toContain("src/key.ts:1");
    expect(ran.events).toContainEqual(
      expect.objectContaining({ item: expect.objectContaining({ kind: "tool_call", name: "search" }) }),
    );
    await ask("grounded", "Please make `turnKey` in src/key.ts faster");
    expect(requests()[1]?.body).toContain("`turnKey` is defined in 1 place");
    expect(requests()[1]?.body).toContain("src/key.ts: 3 lines");
    await ask("grounded", "run `node hello.mjs`");
    expect(requests()[2]?.body).not.toContain("ended with");
  });

  it("grounded: gathers where a change may belong, and has the plan and a look come before edits [req:strategy.authoring]", async () => {
    const ran = await ask("grounded", "Add a check of the key before it is turned");
    expect(requests()[0]?.body).toContain("by its words:\\n- src/key.ts");
    expect(requests()[0]?.body).toContain("Say your plan first, and read each file");
    const input = { candidate_files: ["src/key.ts"] };
    expect(ran.events).toContainEqual(
      expect.objectContaining({
        phase: "completed",
        item: expect.objectContaining({ name: "authoring_context", input }),
      }),
    );
    await ask("grounded", "Why is the key turned?");
    await ask("auto", "Add a check of the key before it is turned");
    for (const { body } of requests().slice(1)) expect(body).not.toContain("Say your plan first");
  });

  it("deterministic: never asks a model", async () => {
    expect(await said(ask("deterministic", "git status"))).toContain("Nothing is changed");
    expect(await said(ask("deterministic", "Refactor everything"))).toContain("do not understand");
    expect(requests()).toHaveLength(0);
  });

  it("model: never answers without one", async () => {
    expect(await said(ask("model", "git status"))).toBe("the scripted model spoke");
    expect(requests()).toHaveLength(1);
  });

  it("says who answers, before anything is done", async () => {
    const who = async (strategy: ExecutionStrategy, prompt: string) =>
      (await withStrategy(modelled, deterministic, strategy).answeredBy({ prompt })).name;
    expect(await who("auto", "git status")).toBe("deterministic");
    expect(await who("auto", "run that")).toBe("modelled");
    expect(await who("auto", "Fix it")).toBe("modelled");
    expect(await who("grounded", "git status")).toBe("modelled");
    expect(await who("deterministic", "Fix it")).toBe("deterministic");
    expect(await who("model", "git status")).toBe("modelled");
  });
});

describe("a conversation with and without the model [req:strategy.one-conversation]", () => {
  it("goes on: the model hears what was answered without it, and what it showed can be run", async () => {
    const first = completed((await ask("auto", "where is turnKey defined?")).outcome);
    if (first.session_id === null) throw new Error("there is a session");
    const second = await ask("auto", "And how is it run?", { session_id: first.session_id });
    const { session_id } = completed(second.outcome);
    if (session_id === null) throw new Error("there is a session");
    expect(second.events.filter((event) => event.type === "warning")).toEqual([]);
    expect(requests()[0]?.body).toContain("Asked: where is turnKey defined?");
    const third = completed((await ask("auto", "run that", { session_id })).outcome);
    expect(third.final_text).toContain("`node hello.mjs` ended with exit code 0");
    expect(third.session_id).toBe(session_id);
    expect(requests()).toHaveLength(1);
    await ask("auto", "What now?", { session_id });
    expect(requests()[1]?.body).toContain("Asked: run that");
    expect(requests()[1]?.body).toContain("And how is it run?");
    await ask("auto", "What else?", { session_id });
    expect(requests()[2]?.body.match(/Asked: run that/g)).toHaveLength(1);
  });
});

describe("when no model answers [req:strategy.clear-reply]", () => {
  it("there is a clear reply, the facts with it, and the failure stays one", async () => {
    const ran = await ask("grounded", "`turnKey` will be refused: be refused");
    expect(failed(ran.outcome).kind).toBe("auth");
    const reply = ran.events.flatMap((event) =>
      event.type === "item" && event.item.kind === "message" ? [event.item.text ?? ""] : [],
    );
    expect(reply).toHaveLength(1);
    expect(reply[0]).toContain("modelled did not answer: no key");
    expect(reply[0]).toContain("src/key.ts:1");
    expect(reply[0]).toContain("Without a model I can");
  });

  it("there is one without any agent, too", async () => {
    expect(await said(ask("model", "git status", { without: true }))).toContain("harness doctor");
    expect(await said(ask("auto", "git status", { without: true }))).toContain("Nothing is changed");
    expect(await said(ask("grounded", "Fix it", { without: true }))).toContain("do not understand");
  });
});
