import { fileURLToPath } from "node:url";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandAgent } from "../../src/agents/index.ts";
import { agentContract } from "../../src/agents/testing/contract.ts";
import type { ContractSubject } from "../../src/agents/testing/contract-turn.ts";
import { openWorld, type World } from "./world.ts";

const fixture = fileURLToPath(new URL("./command-fixture.mjs", import.meta.url));

describe("a command of the operator", () => {
  let world: World;
  let subject: ContractSubject;
  const make = (argv: readonly string[]) =>
    new CommandAgent({
      runner: world.runner,
      clock: systemClock,
      name: "mine",
      argv,
      host_env: world.host_env,
      readable: [fixture],
    });
  beforeAll(async () => {
    world = await openWorld();
    subject = {
      ...world,
      agent: make([process.execPath, fixture, "--in", "{workspace}", "--model={model}"]),
      modelInput: () => "",
      can: {
        resume: false,
        report_silence: false,
        report_usage: false,
        ask: false,
        schema: false,
        process: true,
      },
    };
  });
  afterAll(() => world[Symbol.asyncDispose]());

  for (const promise of agentContract)
    it(`${promise.title} [req:${promise.req}]`, () => promise.run(subject));

  it("is told missing with what to do about it", async () => {
    const probe = await make(["no-such-program-here"]).probe();
    expect(probe.installed).toBe(false);
    expect(probe.fix).toContain("agents.command.mine");
  });
});
