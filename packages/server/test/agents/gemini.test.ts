import { existsSync } from "node:fs";
import { readdir, rename } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AcpAgent } from "../../src/agents/index.ts";
import { agentContract } from "../../src/agents/testing/contract.ts";
import { contractWords } from "../../src/agents/testing/contract-scenario.ts";
import { type ContractSubject, completed, run } from "../../src/agents/testing/contract-turn.ts";
import { plantConfiguration, runPlain } from "./planted.ts";
import { openWorld, vendorPrograms, type World } from "./world.ts";

const programs = vendorPrograms();

describe.skipIf(programs === undefined)("the real Gemini CLI, over ACP", () => {
  let world: World;
  let subject: ContractSubject;
  let agent: AcpAgent;
  beforeAll(async () => {
    world = await openWorld();
    const host_env = { ...world.host_env, GEMINI_API_KEY: "key", GOOGLE_GEMINI_BASE_URL: world.model.url };
    const deps = {
      clock: systemClock,
      name: "gemini",
      settings: { argv: [programs?.gemini ?? "", "--acp"], model: world.model.model },
      home: path.join(world.root, "operator"),
      state_dir: path.join(world.root, "state"),
      host_env,
    };
    agent = new AcpAgent({ ...deps, runner: world.runner });
    const update = { sessionUpdate: "harness_test_kind", of: "a newer version" };
    const unknown = [{ method: "session/update", params: { sessionId: "who", update } }];
    const garbling = world.garbling(unknown.map((one) => JSON.stringify({ jsonrpc: "2.0", ...one })));
    subject = {
      ...world,
      agent,
      garbled: new AcpAgent({ ...deps, runner: garbling }),
      modelInput: () => world.model.requests.map(({ body }) => body).join("\n"),
      can: {
        // Gemini CLI 0.61 overwrites a session that is loaded in the minute it was begun in; see below.
        resume: false,
        report_silence: true,
        report_usage: true,
        ask: true,
        refuse_outside: true,
        schema: true,
        process: true,
      },
    };
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("is found, with its version", async () => {
    expect(await agent.probe()).toMatchObject({ installed: true, logged_in: "unknown", version: "0.61.0" });
  });

  it("runs nothing that the repository configures for it [req:agents.repository-config, safety.c1]", async () => {
    const workspace = await world.workspace();
    await plantConfiguration(workspace);
    const outcome = await runPlain(agent, { ...world, prompt: contractWords.write, workspace });
    expect(outcome).toMatchObject({ status: "completed" });
    expect(existsSync(path.join(workspace, "pwned"))).toBe(false);
    expect(existsSync(path.join(workspace, "hello.txt"))).toBe(true);
  });

  it("resumes a conversation that was begun in another minute [req:agents.resume]", async () => {
    const first = await run(subject, contractWords.followUp);
    const { session_id } = completed(first.outcome);
    const state = path.join(world.root, "state");
    for (const file of await readdir(state, { recursive: true })) {
      const older = file.replace(/session-(\d+)-.*-(\w+\.jsonl)$/, "session-$1-01-01T00-00-$2");
      if (older !== file) await rename(path.join(state, file), path.join(state, older));
    }
    const again = { session_id: session_id ?? "", workspace: first.workspace };
    const { outcome, events } = await run(subject, contractWords.followUp, again);
    expect(outcome).toMatchObject({ final_text: "turn 2", session_id, usage: { input_tokens: 100 } });
    const told = events.filter((event) => event.type === "item").map(({ item }) => item.text);
    expect(told).toEqual(["turn 2"]);
  });

  // Its start alone may take longer than that limit on a busy machine; a scripted agent proves it (acp.test.ts).
  for (const promise of agentContract.filter(({ req }) => req !== "agents.slow-approval"))
    it(`${promise.title} [req:${promise.req}] [req:agent.acp]`, () => promise.run(subject));
});
