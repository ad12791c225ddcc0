import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { testDir } from "../support/test-app.ts";
import { approves, type WorldOptions, world, writesSum } from "./world.ts";

/**
 * A program that speaks as much of Claude Code's protocol as one turn needs and reports what it used: 600 tokens in,
 * 600 out and three cents. With "endless" in its prompt it goes on after it reported.
 */
const speaks = (cost: number | null) => `#!${process.execPath}
const fs = require("node:fs");
if (process.argv.includes("--version")) { console.log("2.1.0 (Claude Code)"); process.exit(0); }
const say = (record) => process.stdout.write(JSON.stringify(record) + "\\n");
const usage = { input_tokens: 600, output_tokens: 600 };
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const record = JSON.parse(line);
  if (record.type !== "user") return;
  const prompt = record.message.content[0].text;
  const reviews = prompt.includes("Role: reviewer");
  const text = reviews ? JSON.stringify({ verdict: "approved", summary: "read it", findings: [] }) : "done";
  say({ type: "system", subtype: "init", model: "sonnet" });
  if (!reviews) fs.writeFileSync("sum.js", "module.exports = (a, b) => a + b;\\n");
  say({ type: "assistant", message: { id: "m1", model: "sonnet", content: [{ type: "text", text }], usage } });
  if (!prompt.includes("endless")) say({ type: "result", subtype: "success", result: text, usage${cost === null ? "" : `, total_cost_usd: ${cost}`} });
  else setInterval(() => {}, 1000);
});
`;

/** A world whose agent is that program; another model of it reviews. */
async function costing(cost: number | null, options: WorldOptions = {}) {
  const dir = testDir("budget");
  mkdirSync(path.join(dir, "bin"), { recursive: true });
  const program = path.join(dir, "bin", "claude");
  writeFileSync(program, speaks(cost));
  chmodSync(program, 0o755);
  const w = await world({
    agents: {},
    config: `[agents.claude]\ncli_path = ${JSON.stringify(program)}`,
    env: { ANTHROPIC_API_KEY: "sk-test-0000000000" },
    ...options,
    dir,
  });
  return {
    ...w,
    [Symbol.asyncDispose]: async () => {
      await w[Symbol.asyncDispose]();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

describe("a budget is held", () => {
  it("in turns; the work so far is kept and a retry does not reset the count [req:budget.turns, budget.kept]", async () => {
    await using w = await world({ agents: { writer: writesSum, critic: approves } });
    const task = await w.run({ max_turns: 1 });
    expect(task).toMatchObject({
      status: "budget_exhausted",
      error: { code: "budget_exhausted" },
      branch: null,
    });
    expect(task.error?.message).toContain("1 agent turns");
    expect(task.head_sha).not.toBeNull();
    expect(task.evidence.state).toBe("passed");
    await w.call("task/retry", { task_id: task.id });
    const again = await w.settled(task.id);
    expect(again).toMatchObject({ status: "budget_exhausted", attempts: 2 });
    expect(again.turns).toHaveLength(1);
    await w.call("task/retry", { task_id: task.id, max_turns: 3 });
    expect(await w.settled(task.id)).toMatchObject({ status: "done", attempts: 3 });
  });

  it("in tokens, in the middle of a turn; more tokens let it go on [req:budget.tokens, budget.retry-totals]", async () => {
    await using w = await costing(0.03);
    const task = await w.run({ max_tokens: 1000, model: "sonnet", prompt: "Make sum add, endless" });
    expect(task, JSON.stringify(task.error ?? task.block_reason)).toMatchObject({
      status: "budget_exhausted",
      usage: { input_tokens: 600, output_tokens: 600, total_tokens: 1200 },
      turns: [{ status: "cancelled" }],
    });
    await w.call("task/retry", { task_id: task.id });
    expect((await w.settled(task.id)).turns).toHaveLength(1);
    await w.call("task/retry", { task_id: task.id, max_tokens: 2000 });
    const last = await w.settled(task.id);
    expect(last).toMatchObject({ status: "budget_exhausted", attempts: 3, usage: { total_tokens: 2400 } });
  });

  it("in dollars, summed over turns of different models [req:budget.dollars]", async () => {
    await using w = await costing(0.03);
    const enough = await w.run({ max_budget_usd: 1, model: "sonnet" });
    expect(enough.status, JSON.stringify(enough.error ?? enough.block_reason)).toBe("done");
    expect(enough.usage.cost_usd).toBeCloseTo(0.06);
    expect(enough.review_history).toMatchObject([{ independent: true, agent: "claude" }]);
    const task = await w.run({ max_budget_usd: 0.05, model: "sonnet" });
    expect(task).toMatchObject({ status: "budget_exhausted" });
    expect(task.turns).toHaveLength(2);
    const none = await w.run({ max_budget_usd: 0.02, model: "sonnet" });
    expect(none).toMatchObject({ status: "budget_exhausted" });
    expect(none.turns).toHaveLength(1);
  });

  it("shows an unknown cost as null, and stops a task with a dollar limit there [req:budget.unknown-cost, budget.null]", async () => {
    await using w = await world({ agents: { writer: writesSum, critic: approves } });
    const free = await w.run();
    expect(free).toMatchObject({ status: "done", usage: { cost_usd: null } });
    const task = await w.run({ max_budget_usd: 5 });
    expect(task).toMatchObject({ status: "budget_exhausted", usage: { cost_usd: null } });
    expect(task.error?.message).toContain("does not report costs");
    expect(task.turns).toHaveLength(1);
  });

  it("goes on after such a cap with the very command its problem offers [req:budget.remove]", async () => {
    await using w = await world({ agents: { writer: writesSum, critic: approves } });
    const task = await w.run({ max_budget_usd: 5 });
    const { data } = await w.call("problem/list", { kind: ["over_budget"] });
    expect(data.map(({ commands }) => commands)).toEqual([
      [`harness task retry ${task.id} --no-max-budget-usd --max-tokens 1000000`],
    ]);
    await w.call("task/retry", { task_id: task.id, max_budget_usd: null, max_tokens: 1_000_000 });
    const done = await w.settled(task.id);
    expect(done).toMatchObject({ status: "done", limits: { max_budget_usd: null, max_tokens: 1_000_000 } });
  });
});
