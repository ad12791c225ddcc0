import { mkdir } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AcpAgent, type Agent, ClaudeAgent, CodexAgent } from "../../src/agents/index.ts";
import { contractWords } from "../../src/agents/testing/contract-scenario.ts";
import { openWorld, vendorPrograms, type World } from "./world.ts";

const programs = vendorPrograms();

/**
 * The vendors' programs with a key and no address of a model: they want their vendor's own. With an empty list the proxy
 * hears whom they want to reach, and nothing of it leaves this machine.
 */
describe.skipIf(programs === undefined)("the vendors' programs in a network of listed hosts", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    await mkdir(path.join(world.root, "operator"));
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const made: Record<string, () => Agent> = {
    claude: () => new ClaudeAgent({ ...shared(), executable: programs?.claude ?? "" }),
    codex: () =>
      new CodexAgent({ ...shared(), executable: programs?.codex ?? "", mode: "app-server", random: () => 0 }),
    gemini: () => acp("gemini", [programs?.gemini ?? "", "--acp"], "gemini-2.5-pro"),
    opencode: () => acp("opencode", [programs?.opencode ?? "", "acp"], "anthropic/claude-sonnet-4-5"),
  };

  it.each([
    ["claude", "api.anthropic.com:443"],
    ["codex", "api.openai.com:443"],
    ["gemini", "generativelanguage.googleapis.com:443"],
    ["opencode", "api.anthropic.com:443"],
  ])("%s asks the proxy for %s, which is on its list [req:network.vendors]", async (name, wanted) => {
    const heard = Promise.withResolvers<void>();
    const stop = new AbortController();
    const before = world.refused.length;
    const refused = () => world.refused.slice(before).map(({ host }) => host);
    let listed: readonly string[] = [];
    const watching = setInterval(() => {
      if (refused().includes(wanted)) heard.resolve();
    }, 50);
    const over = (async () => {
      for await (const event of made[name]!().run({
        prompt: contractWords.write,
        workspace: await world.workspace(),
        sandbox: (spec) => {
          listed = spec.hosts ?? [];
          return world.sandbox({ ...spec, hosts: [] });
        },
        access: "workspace-write",
        attempt_id: `att_${name}`,
        turn_timeout_ms: 55_000,
        idle_timeout_ms: 55_000,
        kill_grace_ms: 500,
        approve: async () => ({ decision: "deny", reason: "test" }),
        signal: stop.signal,
      }))
        if (event.type === "ended") return event.outcome;
      return undefined;
    })();
    await Promise.race([heard.promise, over]);
    clearInterval(watching);
    stop.abort();
    const outcome = await over;
    expect(
      listed.map((host) => `${host}:443`),
      JSON.stringify(outcome),
    ).toContain(wanted);
    expect(refused(), JSON.stringify(outcome)).toContain(wanted);
  });

  function shared() {
    const { runner, root } = world;
    const keys = { ANTHROPIC_API_KEY: "key", CODEX_API_KEY: "key", GEMINI_API_KEY: "key" };
    const home = path.join(root, "operator");
    const state_dir = path.join(root, "state");
    return { runner, clock: systemClock, home, state_dir, host_env: { ...world.host_env, ...keys } };
  }

  function acp(name: string, argv: string[], model: string): AcpAgent {
    return new AcpAgent({ ...shared(), name, settings: { argv, model } });
  }
});
