import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClaudeAgent, type LiveTurn } from "../../src/agents/index.ts";
import { agentContract } from "../../src/agents/testing/contract.ts";
import { contractWords } from "../../src/agents/testing/contract-scenario.ts";
import { type ContractSubject, completed, run } from "../../src/agents/testing/contract-turn.ts";
import { plantConfiguration, runPlain } from "./planted.ts";
import { openWorld, vendorPrograms, type World } from "./world.ts";

const programs = vendorPrograms();

describe.skipIf(programs === undefined)("the real Claude Code, logged in by a file", () => {
  let world: World;
  let subject: ContractSubject;
  let agent: ClaudeAgent;
  beforeAll(async () => {
    world = await openWorld();
    agent = await logIn(world, programs?.claude ?? "");
    subject = {
      ...world,
      agent,
      modelInput: () => world.model.requests.map(({ body }) => body).join("\n"),
      can: {
        resume: true,
        report_silence: true,
        report_usage: true,
        ask: true,
        schema: true,
        process: true,
        steer: true,
        fork: true,
        question: true,
      },
      garbled: await logIn(
        { ...world, runner: world.garbling(unknownRecords) },
        programs?.claude ?? "",
        "garbled",
      ),
    };
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("is found, with version and login", async () => {
    const probe = await agent.probe();
    expect(probe).toMatchObject({ installed: true, logged_in: true });
    expect(probe.version).toMatch(/^2\.1\./);
  });

  it("answers words that came after its last call in a part of its own, and counts both [req:agent.claude-live]", async () => {
    let live: LiveTurn | undefined;
    let steering: Promise<void> | undefined;
    const before = world.model.requests.length;
    const { outcome, events } = await run(subject, contractWords.slowly, {
      attach: (given) => {
        live = given;
      },
      onEvent: (event) => {
        if (event.type === "started") steering ??= live?.steer(contractWords.steered);
      },
    });
    await steering;
    const done = completed(outcome);
    expect(done.final_text).toBe("turned left");
    const calls = world.model.requests.length - before;
    expect(done.usage?.input_tokens).toBe(100 * calls);
    expect(done.usage?.cost_usd).toBeGreaterThan(0);
    const costs = events.flatMap((event) => (event.type === "usage" ? [event.usage.cost_usd ?? 0] : []));
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
    expect(events.filter(({ type }) => type === "started")).toHaveLength(1);
  });

  it("is interrupted while a person is asked, and goes on later [req:agent.claude-live]", async () => {
    const stop = new AbortController();
    const { promise, resolve } = Promise.withResolvers<{ decision: "allow"; reason: string }>();
    const first = await run(subject, contractWords.write, {
      signal: stop.signal,
      approve: () => {
        stop.abort();
        return promise;
      },
    });
    expect(first.outcome.status).toBe("cancelled");
    resolve({ decision: "allow", reason: "too late" });
    expect(existsSync(path.join(first.workspace, "hello.txt"))).toBe(false);
    const { session_id } = first.outcome;
    const second = await run(subject, contractWords.inert, {
      workspace: first.workspace,
      ...(session_id === null ? {} : { session_id }),
    });
    expect(completed(second.outcome)).toMatchObject({ session_id, final_text: "inert" });
  });

  it("tells its list of things to do as a plan [req:agent.claude-live]", async () => {
    const { events, outcome } = await run(subject, contractWords.plan);
    completed(outcome);
    const plans = events.flatMap((event) =>
      event.type === "item" && event.item.kind === "plan" ? [event.item] : [],
    );
    expect(plans.at(-1)).toMatchObject({ kind: "plan", text: "[x] look\n[>] write\n[ ] check" });
    expect(plans.at(-1)?.failed).toBeUndefined();
  });

  it("runs nothing that the repository configures for it [req:agents.repository-config, safety.c1]", async () => {
    const workspace = await world.workspace();
    await plantConfiguration(workspace);
    const outcome = await runPlain(agent, { ...world, prompt: contractWords.write, workspace });
    expect(outcome).toMatchObject({ status: "completed" });
    expect(existsSync(path.join(workspace, "pwned"))).toBe(false);
    expect(existsSync(path.join(workspace, "hello.txt"))).toBe(true);
  });

  for (const promise of agentContract)
    it(`${promise.title} [req:${promise.req}]`, () => promise.run(subject));
});

/** Records of kinds that no Claude Code has, and blocks and ids that belong to nothing. */
const unknownRecords = [
  '{"type":"harness_test_record","of":"a newer version"}',
  '{"type":"assistant","message":{"id":"m","content":[{"type":"harness_test_block","of":"a newer version"}]}}',
  '{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"nobody","content":"?"}]}}',
  '{"type":"control_request","request_id":"x","request":{"subtype":"harness_test_request"}}',
  '{"type":"command_lifecycle","command_uuid":"nobody","state":"completed"}',
  '{"type":"stream_event","event":{"type":"content_block_delta","delta":"?"}}',
];

async function logIn(world: World, executable: string, name = "claude"): Promise<ClaudeAgent> {
  const home = path.join(world.root, "operator");
  await mkdir(path.join(home, ".claude"), { recursive: true });
  const claudeAiOauth = {
    accessToken: "sk-ant-oat01-test",
    refreshToken: "sk-ant-ort01-test",
    expiresAt: 4_102_444_800_000,
    scopes: ["user:inference", "user:profile"],
    subscriptionType: "max",
  };
  await writeFile(path.join(home, ".claude", ".credentials.json"), JSON.stringify({ claudeAiOauth }), {
    mode: 0o600,
  });
  return new ClaudeAgent({
    name,
    runner: world.runner,
    clock: systemClock,
    executable,
    home,
    state_dir: path.join(world.root, "state"),
    host_env: { ...world.host_env, ANTHROPIC_BASE_URL: world.model.url },
    default_model: world.model.model,
  });
}
