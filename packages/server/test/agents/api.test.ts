import { readFile } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiAgent } from "../../src/agents/index.ts";
import { agentContract } from "../../src/agents/testing/contract.ts";
import { contractWords } from "../../src/agents/testing/contract-scenario.ts";
import { type ContractSubject, completed, run } from "../../src/agents/testing/contract-turn.ts";
import { Outbound } from "../../src/outbound/index.ts";
import { openWorld, type World } from "./world.ts";

/** Where each wire begins at the scripted model. */
const bases = { anthropic: "", openai: "/v1", openai_compatible: "/v1", ollama: "" } as const;

describe.each(["anthropic", "openai", "openai_compatible", "ollama"] as const)(
  "a model endpoint that speaks %s",
  (protocol) => {
    let world: World;
    let subject: ContractSubject;
    beforeAll(async () => {
      world = await openWorld();
      const agent = new ApiAgent({
        name: "direct",
        fetch: new Outbound({ privateHosts: [] }).fetch,
        endpoint: {
          protocol,
          base_url: `${world.model.url}${bases[protocol]}`,
          api_key: async () => "sk-canary-key",
        },
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
          steer: true,
          fork: true,
          question: true,
          record: true,
        },
      };
    });
    afterAll(() => world[Symbol.asyncDispose]());

    for (const promise of agentContract)
      it(`${promise.title} [req:${promise.req}]`, () => promise.run(subject));

    it("sends the key to the endpoint and to nobody else [req:agents.environment]", async () => {
      const told: string[] = [];
      await run(subject, contractWords.inert, { record: (_direction, text) => told.push(text) });
      expect(told.join("\n")).toContain(contractWords.inert);
      expect(told.join("\n")).not.toContain("sk-canary-key");
      const headers = JSON.stringify(world.model.requests.map((request) => request.headers));
      // Ollama wants none.
      if (protocol !== "ollama") expect(headers).toContain("sk-canary-key");
      expect(world.model.requests.map(({ body }) => body).join()).not.toContain("sk-canary-key");
      const source = await readFile(new URL("../../src/agents/api/tools.ts", import.meta.url), "utf8");
      expect(source).not.toContain("api_key");
    });

    it("keeps the conversation here and is told what the model can hold", async () => {
      completed((await run(subject, contractWords.inert)).outcome);
      const body = world.model.requests.at(-1)?.body ?? "";
      if (protocol === "openai") expect(JSON.parse(body)).toMatchObject({ store: false });
      if (protocol === "ollama")
        expect(JSON.parse(body)).toMatchObject({ options: { num_ctx: 32_768, num_predict: 1000 } });
    });
  },
);
