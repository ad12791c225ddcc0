import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { HarnessClient } from "@harness/client";
import type { Event, Result } from "@harness/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ScenarioInput, type ScriptedModel, startScriptedModel } from "../../src/agents/index.ts";
import { sumCheck, sumFiles } from "../scenarios/world.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { testDir } from "../support/test-app.ts";
import { logIn, vendorPrograms } from "./world.ts";

const programs = vendorPrograms();

const touch = { run: { cmd: "touch made.txt" } };
const step = (prompt: string, ...answers: ScenarioInput["steps"][number]["answers"]) => ({
  name: prompt,
  match: { prompt },
  answers,
});
const scenario: ScenarioInput = {
  name: "codex-thread",
  steps: [
    step("stopped while you waited", [touch], [{ say: "made it after all" }]),
    step("make it", [touch], [{ say: "made it" }]),
    step("wait for me", [{ run: { cmd: "until test -e go; do sleep 0.3; pwd; done" } }]),
    step("turn left", [{ say: "turned left" }]),
    ...[1, 2, 3].map((turn) => ({
      name: `turn ${turn}`,
      match: { prompt: "which turn", turn },
      answers: [[{ say: `turn ${turn}` }]],
    })),
  ],
};

/** Threads of a real server with the real Codex, as a person sees them. */
describe.skipIf(programs === undefined)("a thread with the real Codex", () => {
  let dir = "";
  let model: ScriptedModel;
  let server: ServerProcess;
  let client: HarnessClient;

  beforeEach(async () => {
    dir = testDir("codex-thread");
    model = await startScriptedModel({ scenario });
    logIn(dir, model.url);
    makeRepository(path.join(dir, "repo"), sumFiles);
    await boot();
    const root = path.join(dir, "repo");
    await client.call("project/create", { root, id: "app", validation: [sumCheck] });
  });
  afterEach(async () => {
    await server.kill("SIGKILL");
    await model.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function boot(): Promise<void> {
    const cli_path = `cli_path = ${JSON.stringify(programs?.codex)}`;
    const config = [
      "[agents.codex]",
      cli_path,
      'default_model = "scripted-1"',
      "[approvals]",
      "hold_secs = 1",
    ];
    server = await startServerProcess({ dir, config: config.join("\n") });
    client = server.client;
  }

  /** The first event of the log that fits, from its beginning. */
  async function event(fits: (event: Event) => boolean): Promise<Event> {
    const found = new AbortController();
    const signal = AbortSignal.any([found.signal, AbortSignal.timeout(50_000)]);
    for await (const { event } of client.stream("events", { after_seq: 0 }, { signal })) {
      if (!fits(event)) continue;
      found.abort();
      return event;
    }
    throw new Error("no such event");
  }
  const start = async (profile: "allow_all" | "strict") =>
    (await client.call("thread/start", { project: "app", agent: "codex", approvals: { profile } })).thread_id;
  const say = async (thread_id: string, input: string) =>
    (await client.call("turn/start", { thread_id, input })).turn_id ?? "";
  async function ended(turn_id: string): Promise<Result<"turn/status">> {
    await event(({ type, turn_id: whose }) => type === "turn.ended" && whose === turn_id);
    return client.call("turn/status", { turn_id });
  }
  async function lastWords(thread_id: string): Promise<string | undefined> {
    const { data } = await client.call("thread/items", { thread_id, limit: 500 });
    return data.findLast(({ item }) => item.kind === "message" && item.role !== "user")?.item.text;
  }

  it("asks a person, is parked while they think, and goes on with the answer [req:agent.codex-app-server]", async () => {
    const thread_id = await start("strict");
    const turn_id = await say(thread_id, "make it");
    await event(({ type }) => type === "turn.waiting");
    const [asked] = (await client.call("approval/list", {})).data;
    expect(asked).toMatchObject({ kind: "run", tool: "exec_command" });
    expect(asked?.command).toContain("touch made.txt");
    await client.call("approval/respond", { approval_id: asked?.id ?? "", decision: "allow" });
    expect(await ended(turn_id)).toMatchObject({ status: "completed" });
    expect(await lastWords(thread_id)).toBe("made it after all");
    expect((await client.call("thread/diff", { thread_id })).patch).toContain("made.txt");
  });

  it("is steered [req:codex.steer]", async () => {
    const thread_id = await start("allow_all");
    const turn_id = await say(thread_id, "wait for me");
    const told = await event(({ type }) => type === "tool.output_delta");
    const workspace = told.type === "tool.output_delta" ? told.data.text.trim().split("\n")[0] : "";
    await client.call("turn/steer", { turn_id, instruction: "turn left" });
    writeFileSync(path.join(workspace ?? "", "go"), "");
    expect(await ended(turn_id)).toMatchObject({ status: "completed" });
    expect(await lastWords(thread_id)).toBe("turned left");
  });

  it("is forked, and each goes its own way [req:codex.fork]", async () => {
    const thread_id = await start("allow_all");
    await ended(await say(thread_id, "which turn"));
    const fork = (await client.call("thread/fork", { thread_id })).thread_id;
    for (const id of [fork, thread_id, fork]) await ended(await say(id, "which turn"));
    expect(await lastWords(thread_id)).toBe("turn 2");
    expect(await lastWords(fork)).toBe("turn 3");
  });

  it("goes on after the server was killed in the middle of a turn [req:codex.resume]", async () => {
    const thread_id = await start("allow_all");
    await ended(await say(thread_id, "which turn"));
    const turn_id = await say(thread_id, "wait for me");
    await event(({ type, turn_id: whose }) => type === "tool.output_delta" && whose === turn_id);
    await server.kill("SIGKILL");
    await boot();
    expect(await ended(turn_id)).toMatchObject({ status: "failed", failure: { code: "crashed" } });
    await ended(await say(thread_id, "which turn"));
    expect(await lastWords(thread_id)).toBe("turn 3");
  });
});
