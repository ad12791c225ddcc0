import { type NightBudget, noCaps } from "@harness/protocol";
import { expect, it } from "vitest";
import { fakeServer } from "./support/fake-server.ts";
import { project, task, taskId } from "./support/samples.ts";
import { typed } from "./support/typed.ts";

const spent = { cost_usd: 1.5, total_tokens: 12_000, wall_ms: 90_000, turns: 3, attempts: 2 };
const night: NightBudget = {
  begins_at: "2026-01-10T12:00:00.000Z",
  ends_at: "2026-01-11T12:00:00.000Z",
  all: { caps: { ...noCaps, max_budget_usd: 5, max_wall_secs: 3600 }, spent, reached: null },
  projects: [
    {
      project_id: "proj_1",
      project: "app",
      caps: { ...noCaps, max_tokens: 10_000 },
      spent: { ...spent, cost_usd: null },
      reached: "Project app has used 12000 of 10000 tokens.",
    },
  ],
};

it("harness budget shows the night, what it may cost and what it did, in all and by project [req:budget.shown]", async () => {
  await using server = await fakeServer({ "budget/get": () => night });
  const { out } = await typed(["budget"], { url: server.url });
  expect(out).toContain("2026-01-10T12:00:00.000Z to 2026-01-11T12:00:00.000Z");
  expect(out).toContain("$1.5000 of $5");
  expect(out).toContain("90 s of 60 min");
  expect(out).toContain("12,000 tokens, cost unknown, 3 turns");
  expect(out).toContain("tokens 12,000 of 10,000");
  expect(out).toContain("Project app has used 12000 of 10000 tokens.");
});

it("harness task show prints the limits of a task and what was used against them [req:budget.shown]", async () => {
  const id = taskId("AAAA");
  await using server = await fakeServer({ "task/get": () => task(id, "done") });
  const { out } = await typed(["task", "show", id], { url: server.url });
  expect(out).toContain("money $1.5000 of $5");
  expect(out).toContain("65 s");
});

it("harness task show prints how often a prompt was given again after a quota [req:wait.redeliveries-shown]", async () => {
  const id = taskId("AAAA");
  await using server = await fakeServer({ "task/get": () => ({ ...task(id, "done"), redeliveries: 2 }) });
  expect((await typed(["task", "show", id], { url: server.url })).out).toMatch(/redeliveries\s+2/);
});

it("harness project set sets and removes the limits of a night [req:budget.shown]", async () => {
  const asked: unknown[] = [];
  const limited = project("/repo");
  limited.settings = { ...limited.settings, night_limits: { ...noCaps, max_budget_usd: 5, max_turns: 20 } };
  await using server = await fakeServer({
    "project/update": (params) => {
      asked.push(params);
      return limited;
    },
  });
  const set = ["project", "set", "app", "--night-max-budget-usd", "5", "--no-night-max-tokens"];
  const { out, err } = await typed(set, { url: server.url });
  expect(err).toBe("");
  expect(asked).toEqual([{ project: "app", night_limits: { max_budget_usd: 5, max_tokens: null } }]);
  expect(out).toContain("money $5, turns 20");
});

it("harness task retry and revise raise a cap or take it away [req:budget.remove]", async () => {
  const id = taskId("AAAA");
  await using server = await fakeServer({
    "task/retry": ({ task_id }) => ({ task_id, status: "queued" }),
    "task/revise": ({ task_id }) => ({ task_id, status: "queued", revision: 1 }),
  });
  const caps = ["--no-max-budget-usd", "--max-tokens", "1000000"];
  const retry = await typed(["task", "retry", id, ...caps], { url: server.url });
  const revise = await typed(["task", "revise", id, ...caps, "Try harder"], { url: server.url });
  expect([retry.err, revise.err]).toEqual(["", ""]);
  expect(server.calls.map(({ params }) => params)).toEqual([
    { task_id: id, max_budget_usd: null, max_tokens: 1_000_000 },
    { task_id: id, prompt: "Try harder", max_budget_usd: null, max_tokens: 1_000_000 },
  ]);
});
