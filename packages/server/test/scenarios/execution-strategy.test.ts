import { describe, expect, it } from "vitest";
import { implementer, world, writesSum } from "./world.ts";

/** An agent that says what it was told. */
const tells = implementer(`say(prompt.includes("expected 3") ? "told" : "asked"); write("sum.js", prompt);`);
const noReview = "[agents.review]\nenabled = false";

describe("the execution strategy of a task [req:strategy.tasks]", () => {
  it("auto: what needs no model is done without one, recorded so, proven and reviewed like any work", async () => {
    await using w = await world();
    const prompt = "write to sum.js:\nmodule.exports = (a, b) => a + b;\n";
    const task = await w.run({ prompt });
    expect(task).toMatchObject({
      status: "done",
      evidence: { state: "passed" },
      review: { agent: "critic" },
    });
    const [turn] = task.turns;
    expect(turn).toMatchObject({
      role: "implementer",
      agent: "deterministic",
      model: null,
      usage: { cost_usd: 0 },
    });
  });

  it("auto: everything else is done by the agent with a model, also what was not enough", async () => {
    await using w = await world();
    expect((await w.run()).turns[0]?.agent).toBe("writer");
    const task = await w.run({ prompt: "write to sum.js:\nmodule.exports = () => 4;\n" });
    const agents = task.turns.filter(({ role }) => role === "implementer").map(({ agent }) => agent);
    expect(agents).toEqual(["deterministic", "writer"]);
    expect(task.status).toBe("done");
  });

  it("auto: a question is answered although nobody is logged in", async () => {
    await using w = await world({ agents: {} });
    const task = await w.run({ prompt: "what branch am I on?" });
    expect(task.status).toBe("no_change");
    const events = await w.events(task.id, "item.completed");
    expect(JSON.stringify(events)).toContain("The branch is `work`");
    expect((await w.run({ prompt: "Make sum add" })).block_reason).toMatchObject({
      code: "agent_unavailable",
    });
  });

  it("deterministic: no agent with a model is started, and the reply says so", async () => {
    await using w = await world({ agents: { writer: writesSum } });
    const task = await w.run({ execution_strategy: "deterministic" });
    expect(task).toMatchObject({ status: "no_change" });
    expect(task.turns.map(({ agent }) => agent)).toEqual(["deterministic"]);
    expect(JSON.stringify(await w.events(task.id, "item.completed"))).toContain("do not understand");
  });

  it("model, model_only: the agent gets also what needs none", async () => {
    await using w = await world({
      agents: { writer: tells },
      config: noReview,
      project: { validation: "none" },
    });
    for (const execution_strategy of ["model", "model_only"] as const) {
      const task = await w.run({ prompt: "git status", execution_strategy });
      expect(task.turns.map(({ agent }) => agent)).toEqual(["writer"]);
    }
  });

  it("grounded: the agent is told what was looked up, and does the work", async () => {
    await using w = await world({
      agents: { writer: tells },
      config: noReview,
      project: { validation: "none" },
    });
    const task = await w.run({ prompt: "show check.js", execution_strategy: "grounded" });
    expect(task.turns.map(({ agent }) => agent)).toEqual(["writer"]);
    expect(JSON.stringify(await w.events(task.id, "item.completed"))).toContain('"text":"told"');
  });

  it("an agent without a model never reviews and is nobody's first choice", async () => {
    await using w = await world({ agents: { writer: writesSum } });
    const task = await w.run();
    expect(task).toMatchObject({ status: "waiting", block_reason: { code: "no_reviewer" } });
    const { checks } = await w.call("server/doctor", {});
    expect(checks.find(({ name }) => name === "agents")?.detail).toBe("writer");
  });
});
