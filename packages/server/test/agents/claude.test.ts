import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClaudeAgent } from "../../src/agents/index.ts";
import { agentContract } from "../../src/agents/testing/contract.ts";
import { contractWords } from "../../src/agents/testing/contract-scenario.ts";
import type { ContractSubject } from "../../src/agents/testing/contract-turn.ts";
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

  it("runs nothing that the repository configures for it [req:agents.repository-config]", async () => {
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
