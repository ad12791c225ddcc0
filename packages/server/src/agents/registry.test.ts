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
  expect((await registry.pickAuto((name) => name !== "perhaps"))?.name).toBe("sure");
  expect(await new AgentRegistry([agent("missing", { installed: false })]).pickAuto()).toBeUndefined();
});

it("refuses two agents of one name", () => {
  expect(() => new AgentRegistry([agent("a", {}), agent("a", {})])).toThrow(/Two agents are called "a"/);
});

it("believes a good probe for a minute and a bad one never [req:agents.probe-cache]", async () => {
  const clock = { at: 0, now: () => clock.at };
  const answers: Partial<AgentProbe>[] = [{ logged_in: false }, {}, { installed: false }];
  let asked = 0;
  const flaky: Agent = { ...agent("flaky", {}), probe: async () => ({ ...good, ...answers[asked++] }) };
  const registry = new AgentRegistry([flaky], clock);
  const usable = async () => (await registry.check(flaky)).usable;
  expect([await usable(), await usable(), await usable()]).toEqual([false, true, true]);
  expect(asked).toBe(2);
  clock.at = 60_001;
  expect(await usable()).toBe(false);
});

it("shows what it saw lately, starts nothing for it, and looks again when that is old or asked for [req:web-api.agents]", async () => {
  const clock = { at: 0, now: () => clock.at };
  const answers: Partial<AgentProbe>[] = [{ logged_in: false }, {}, { version: "2" }];
  let asked = 0;
  const flaky: Agent = { ...agent("flaky", {}), probe: async () => ({ ...good, ...answers[asked++] }) };
  const registry = new AgentRegistry([flaky], clock);
  const both = await Promise.all([registry.look(flaky), registry.look(flaky)]);
  expect(both.map(({ logged_in, at }) => [logged_in, at])).toEqual([
    [false, 0],
    [false, 0],
  ]);
  clock.at = 9_999;
  expect(await registry.look(flaky)).toMatchObject({ logged_in: false, usable: false, at: 0 });
  expect(asked).toBe(1);
  clock.at = 10_000;
  expect(await registry.look(flaky)).toMatchObject({ logged_in: true, usable: true, at: 10_000 });
  clock.at = 69_999;
  expect(await registry.look(flaky)).toMatchObject({ version: "1", at: 10_000 });
  expect(await registry.look(flaky, { refresh: true })).toMatchObject({ version: "2", at: 69_999 });
  expect(asked).toBe(3);
});
