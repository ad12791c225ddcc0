import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiAgent, stepDifferences, stepsOfEvents } from "../../src/agents/index.ts";
import { contractWords } from "../../src/agents/testing/contract-scenario.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/agents/testing/scripted-model.ts";
import { Outbound } from "../../src/outbound/index.ts";
import { recorded, replayed } from "./recorded-turn.ts";
import { openWorld, type World } from "./world.ts";

/** With a scripted model: what ends, shortens or repeats a turn, played again. */
describe("a recorded turn of a model endpoint, played again", () => {
  let world: World;
  let model: ScriptedModel;
  beforeAll(async () => {
    world = await openWorld();
    const full = { usage: { input_tokens: 9_000, output_tokens: 100 } };
    model = await startScriptedModel({
      scenario: {
        name: "what a recording must hold",
        steps: [
          {
            name: "summary",
            match: { prompt: "^Summarise this conversation:" },
            answers: [[{ say: "SUMMARY: big.txt was read." }]],
          },
          {
            name: "after it",
            match: { prompt: "summarised here" },
            answers: [[{ say: "a" }], [{ say: "b" }]],
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
          { name: "remembers", match: { prompt: "^say hello" }, answers: [[{ say: "hello" }]] },
        ],
      },
    });
  });
  afterAll(async () => {
    await model.close();
    await world[Symbol.asyncDispose]();
  });

  const agentAt = (base_url: string) =>
    new ApiAgent({
      name: "direct",
      endpoint: { protocol: "anthropic", base_url, api_key: async () => "key", context_tokens: 10_000 },
      fetch: new Outbound({ privateHosts: [] }).fetch,
      default_model: "scripted-1",
      max_tokens: 1000,
      runner: world.runner,
      clock: systemClock,
      state_dir: path.join(world.root, "state"),
      host_env: world.host_env,
    });
  const play = async (prompt: string, more: Parameters<typeof recorded>[3] = {}, url = model.url) => {
    const agent = agentAt(url);
    const workspace = more.workspace ?? (await world.workspace());
    await writeFile(path.join(workspace, "AGENTS.md"), "- be brief\n");
    await writeFile(path.join(workspace, "big.txt"), "word ".repeat(4_000));
    const { recording, events } = await recorded(world, agent, prompt, { workspace, ...more });
    const live = stepsOfEvents(events, (text) => text);
    const today = await replayed(agentAt("http://127.0.0.1:1"), recording);
    const session_id = events.flatMap((one) => (one.type === "started" ? [one.session_id] : []))[0] ?? "";
    return { agent, recording, live, today, session_id, workspace };
  };
  const said = (steps: readonly { value: string }[]) => steps.map(({ value }) => value).join("\n");

  it("shortens its conversation where it was shortened, with the rules it had [req:agent.replay]", async () => {
    const first = await play("fill the context");
    expect(said(first.live)).toContain("SUMMARY: big.txt was read.");
    expect(said(first.live)).toContain("be brief");
    expect(stepDifferences(first.live, first.today)).toEqual([]);
    const again = await play("say hello", { session_id: first.session_id, workspace: first.workspace });
    expect(again.recording.entries.map(({ s }) => s).join()).toContain('"role":"assistant","chars"');
    expect(stepDifferences(again.live, again.today)).toEqual([]);
  });

  it("ends as it ended: stopped by a person, or out of time [req:agent.replay]", async () => {
    const stop = new AbortController();
    const approve = async () => {
      stop.abort();
      return { decision: "allow", reason: "too late" } as const;
    };
    const stopped = await play(contractWords.hang, { approve, signal: stop.signal }, world.model.url);
    expect(said(stopped.live)).toContain('"status":"cancelled"');
    expect(stepDifferences(stopped.live, stopped.today)).toEqual([]);
    const limits = { idle_timeout_ms: 300, turn_timeout_ms: 60_000 };
    const silent = await play(contractWords.hang, limits, world.model.url);
    expect(said(silent.live)).toContain("timeout_idle");
    expect(stepDifferences(silent.live, silent.today)).toEqual([]);
  });

  it("fails as it failed where no endpoint answered [req:agent.replay]", async () => {
    const { live, today } = await play("say hello", {}, "http://127.0.0.1:1");
    expect(said(live)).toContain("Cannot connect to API");
    expect(stepDifferences(live, today)).toEqual([]);
  });

  it("runs no tool and asks nobody [req:agent.replay]", async () => {
    const { recording, workspace } = await play(contractWords.write, {}, world.model.url);
    await rm(path.join(workspace, "hello.txt"));
    await replayed(agentAt("http://127.0.0.1:1"), recording);
    expect(existsSync(path.join(workspace, "hello.txt"))).toBe(false);
  });

  it("shows what today's loop would tell otherwise, and why an old one cannot be played [req:agent.replay]", async () => {
    const { agent, recording, live } = await play(contractWords.write, {}, world.model.url);
    const changed = recording.entries.map((entry) => ({
      ...entry,
      s: entry.s.replace("Wrote hello.txt.", "Wrote something."),
    }));
    const today = await replayed(agent, { ...recording, entries: changed });
    expect(stepDifferences(live, today)).toMatchObject([
      { what: "item completed: file_change", today: expect.stringContaining("Wrote something.") },
    ]);
    const entries = recording.entries.filter(({ s }) => !s.includes("made_from"));
    expect(agent.replay({ ...recording, entries })).toEqual({
      why: expect.stringContaining("recorded less"),
    });
  });

  it("keeps no piece of an answer but the whole of it, in every protocol's words [req:recording.kept]", async () => {
    const { recording } = await play(contractWords.write, {}, world.model.url);
    const told = recording.entries.filter(({ d }) => d === "out").map(({ s }) => s);
    expect(told.join()).not.toContain("wrote hello.txt");
    expect(recording.entries.filter(({ d }) => d === "mark").map(({ s }) => s)).toContainEqual(
      expect.stringContaining('"said":"wrote hello.txt"'),
    );
  });
});
