import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CodexAgent } from "../../src/agents/index.ts";
import { agentContract } from "../../src/agents/testing/contract.ts";
import { contractWords } from "../../src/agents/testing/contract-scenario.ts";
import type { ContractSubject } from "../../src/agents/testing/contract-turn.ts";
import type { ProcessRunner } from "../../src/process/index.ts";
import { plantConfiguration, runPlain } from "./planted.ts";
import { logIn, openWorld, vendorPrograms, type World } from "./world.ts";

const programs = vendorPrograms();

/** Lines of either dialect, of kinds that no Codex has, or about things that are not there. */
const unknownRecords = [
  '{"method":"item/completed","params":{"item":{"id":"h","type":"harnessTestItem","of":"a newer version"}}}',
  '{"method":"item/completed","params":{"item":{"id":"h","type":"agentMessage","text":"?"},"threadId":"nobody"}}',
  '{"method":"item/completed","params":{"item":{"type":"agentMessage"}}}',
  '{"method":"turn/completed","params":{"threadId":"nobody","turn":{"id":"nobody","status":"failed"}}}',
  '{"method":"thread/tokenUsage/updated","params":{"threadId":"nobody","turnId":"nobody","tokenUsage":7}}',
  '{"type":"item.completed","item":{"id":"h","type":"harness_test_item","of":"a newer version"}}',
  '{"type":"harness.test","of":"a newer version"}',
];

describe.skipIf(programs === undefined).each(["app-server", "exec"] as const)(
  "the real Codex, logged in by a file, by %s",
  (mode) => {
    let world: World;
    let subject: ContractSubject;
    let agent: CodexAgent;
    beforeAll(async () => {
      world = await openWorld();
      const home = path.join(world.root, "operator");
      await mkdir(home);
      logIn(home, world.model.url, { retries: false });
      const made = (name: string, runner: ProcessRunner) =>
        new CodexAgent({
          name,
          runner,
          clock: systemClock,
          random: () => 0,
          mode,
          executable: programs?.codex ?? "",
          home,
          state_dir: path.join(world.root, "state"),
          host_env: world.host_env,
          default_model: world.model.model,
        });
      agent = made("codex", world.runner);
      const live = mode === "app-server";
      subject = {
        ...world,
        agent,
        modelInput: () => world.model.requests.map(({ body }) => body).join("\n"),
        can: {
          resume: true,
          report_silence: true,
          report_usage: true,
          ask: live,
          schema: true,
          process: true,
          steer: live,
          fork: true,
          question: live,
        },
        garbled: made("garbled", world.garbling(unknownRecords)),
      };
    });
    afterAll(() => world[Symbol.asyncDispose]());

    it("is found, with version and login", async () => {
      expect(await agent.probe()).toMatchObject({ installed: true, logged_in: true, version: "0.169.0" });
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
  },
);
