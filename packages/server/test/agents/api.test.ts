import { readFile } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiAgent } from "../../src/agents/index.ts";
import { agentContract } from "../../src/agents/testing/contract.ts";
import type { ContractSubject } from "../../src/agents/testing/contract-turn.ts";
import { openWorld, type World } from "./world.ts";

describe.each(["anthropic", "openai"] as const)("a model endpoint that speaks %s", (protocol) => {
  let world: World;
  let subject: ContractSubject;
  beforeAll(async () => {
    world = await openWorld();
    const agent = new ApiAgent({
      name: "direct",
      endpoint: { protocol, base_url: `${world.model.url}/v1`, api_key: "sk-canary-key" },
      default_model: "scripted-1",
      max_tokens: 1000,
      runner: world.runner,
      clock: systemClock,
      state_dir: path.join(world.root, "state"),
      host_env: world.host_env,
    });
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
        process: false,
      },
    };
  });
  afterAll(() => world[Symbol.asyncDispose]());

  for (const promise of agentContract)
    it(`${promise.title} [req:${promise.req}]`, () => promise.run(subject));

  it("sends the key to the endpoint and to nobody else [req:agents.environment]", async () => {
    expect(JSON.stringify(world.model.requests.map(({ headers }) => headers))).toContain("sk-canary-key");
    expect(world.model.requests.map(({ body }) => body).join()).not.toContain("sk-canary-key");
    const source = await readFile(new URL("../../src/agents/api/tools.ts", import.meta.url), "utf8");
    expect(source).not.toContain("api_key");
  });
});
