import { expect, it } from "vitest";
import { spends } from "../support/spending-agent.ts";
import { budgetWorld } from "./budget-world.ts";

/** A scripted program that writes a file, as an agent of its own that uses the login of another. */
const writer = (name: string, account: string) => `[agents.command.${name}]
argv = [${JSON.stringify(process.execPath)}, "-e", "require('fs').readFileSync(0); require('fs').writeFileSync('new.txt', '${name}'); console.log('done')"]
account = "${account}"`;
const env = { HARNESS_AGENTS_CLAUDE_ACCOUNT: "work" };

it("agents that share a login rest together after failures of its provider, and go on together [req:accounts.shared]", async () => {
  await using w = await budgetWorld({
    config: `${writer("second", "work")}\n${writer("third", "own")}`,
    env: { ...env, HARNESS_LIMITS_BREAKER_FAILURES: "1" },
  });
  const failing = await w.submit({ prompt: spends({ ends: "fail" }), agent: "claude" });
  await w.event(({ type }) => type === "account.parked");
  const second = await w.run({ prompt: "Write", agent: "second" });
  expect(second).toMatchObject({
    ...{ status: "waiting", attempts: 0 },
    block_reason: {
      code: "provider_failing",
      account: "work",
      unblock: [`harness agent resume work`, `harness task unblock ${second.id}`],
    },
  });
  expect((await w.run({ prompt: "Write", agent: "third" })).status).toBe("done");
  const { agents } = await w.call("agent/list", {});
  expect(
    agents
      .filter(({ name }) => name !== "codex")
      .map(({ name, account }) => [name, account.name, account.state]),
  ).toEqual([
    ["claude", "work", "parked"],
    ["second", "work", "parked"],
    ["third", "own", "ok"],
    ["deterministic", "deterministic", "ok"],
  ]);
  await w.call("task/cancel", { task_id: failing });
  expect(await w.call("agent/resume", { agent: "work" })).toMatchObject({
    account: { name: "work", state: "ok" },
  });
  await w.event(({ type, task_id }) => type === "task.ended" && task_id === second.id);
  expect((await w.settled(second.id)).status).toBe("done");
  await expect(w.call("agent/resume", { agent: "nobody" })).rejects.toMatchObject({
    code: "agent_not_found",
  });
}, 120_000);

it("agents that share a login use up the budget of its account together [req:accounts.shared, budget.scopes]", async () => {
  await using w = await budgetWorld({
    config: `${writer("second", "work")}\n[[budgets]]\nname = "login"\naccount = "work"\nmax_turns = 1`,
    env,
  });
  expect((await w.run({ prompt: spends({}), agent: "claude" })).status).toBe("done");
  const held = await w.run({ prompt: "Write", agent: "second" });
  expect(held).toMatchObject({
    status: "waiting",
    attempts: 0,
    block_reason: { code: "budget", budget: "login" },
  });
  expect((await w.call("cost/sum", { by: "account" })).data).toMatchObject([{ key: "work", turns: 1 }]);
}, 120_000);
