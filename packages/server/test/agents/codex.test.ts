import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CodexAgent } from "../../src/agents/index.ts";
import { agentContract } from "../../src/agents/testing/contract.ts";
import { contractWords } from "../../src/agents/testing/contract-scenario.ts";
import type { ContractSubject } from "../../src/agents/testing/contract-turn.ts";
import { plantConfiguration, runPlain } from "./planted.ts";
import { openWorld, vendorPrograms, type World } from "./world.ts";

const programs = vendorPrograms();

describe.skipIf(programs === undefined)("the real Codex, logged in by a file", () => {
  let world: World;
  let subject: ContractSubject;
  let agent: CodexAgent;
  beforeAll(async () => {
    world = await openWorld();
    agent = await logIn(world, programs?.codex ?? "");
    subject = {
      ...world,
      agent,
      modelInput: () => world.model.requests.map(({ body }) => body).join("\n"),
      can: {
        resume: true,
        report_silence: true,
        report_usage: true,
        ask: false,
        schema: true,
        process: true,
      },
    };
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("is found, with version and login", async () => {
    expect(await agent.probe()).toMatchObject({ installed: true, logged_in: true, version: "0.169.0" });
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

async function logIn(world: World, executable: string): Promise<CodexAgent> {
  const home = path.join(world.root, "operator");
  await mkdir(path.join(home, ".codex"), { recursive: true });
  const auth = {
    auth_mode: "apikey",
    OPENAI_API_KEY: "sk-test-file-login",
    tokens: null,
    last_refresh: null,
  };
  await writeFile(path.join(home, ".codex", "auth.json"), JSON.stringify(auth), { mode: 0o600 });
  const provider = `base_url = "${world.model.url}/v1"\nwire_api = "responses"\nrequires_openai_auth = true\n`;
  const retries = "request_max_retries = 0\nstream_max_retries = 0\n";
  await writeFile(
    path.join(home, ".codex", "config.toml"),
    `model_provider = "scripted"\n[model_providers.scripted]\nname = "scripted"\n${provider}${retries}`,
  );
  return new CodexAgent({
    runner: world.runner,
    clock: systemClock,
    executable,
    home,
    state_dir: path.join(world.root, "state"),
    host_env: world.host_env,
    default_model: world.model.model,
    mode: "app-server",
    random: () => 0,
  });
}
