import { expect, it } from "vitest";
import type { Agent, AgentProbe } from "./port.ts";
import { AgentRegistry } from "./registry.ts";

const good: AgentProbe = { installed: true, version: "1", logged_in: true, models: [] };

function agent(name: string, probe: Partial<AgentProbe>): Agent {
  return {
    name,
    kind: "command",
    probe: async () => ({ ...good, ...probe }),
    run: async function* () {},
  };
}

it("picks the first agent that can be used, skipping the one to be excluded [req:agents.auto]", async () => {
  const registry = new AgentRegistry([
    agent("missing", { installed: false }),
    agent("logged-out", { logged_in: false }),
    agent("broken", { problem: "does not start" }),
    agent("perhaps", { logged_in: "unknown" }),
    agent("sure", {}),
  ]);
  expect((await registry.pickAuto())?.name).toBe("perhaps");
  expect((await registry.pickAuto("perhaps"))?.name).toBe("sure");
  expect(await new AgentRegistry([agent("missing", { installed: false })]).pickAuto()).toBeUndefined();
});

it("refuses two agents of one name", () => {
  expect(() => new AgentRegistry([agent("a", {}), agent("a", {})])).toThrow(/Two agents are called "a"/);
});
