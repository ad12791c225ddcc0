import type { Event } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approves, implementer, reviewer, sumFiles, type World, world } from "./world.ts";

const plan = {
  modules: [
    { name: "sum", description: "adds", files: ["sum.js"], depends_on: [] },
    { name: "README.md", description: "says how", files: [], depends_on: ["sum"] },
    { name: "later", description: "nobody builds it", files: ["later/"], depends_on: [] },
  ],
  steps: ["Write sum", "Describe it"],
  estimated_iterations: 2,
};

const files = {
  ...sumFiles,
  "check.js": `const ok = require("./sum.js")(1, 2) === 3; console.log(ok ? "4 passed, 0 failed" : "3 passed, 1 failed"); process.exit(ok ? 0 : 1);\n`,
};

const answers = ["Add two numbers", "", "Node.js", "assert: strict mode, deep equality\nutil", ""] as const;

/** Plans, breaks the sum, mends it with a bad README, mends the README. */
const writer = implementer(`
  if (prompt.startsWith("Role: planner")) say("Here it is:\\n\`\`\`json\\n" + ${JSON.stringify(JSON.stringify(plan))} + "\\n\`\`\`");
  else if (round === 1) { write("sum.js", "module.exports = (a, b) => a * b;\\n"); write("sum.test.js", "// tests\\n"); say("one"); }
  else if (round === 2) { write("sum.js", "module.exports = (a, b) => a + b;\\n"); write("README.md", "# bad\\n"); say("two"); }
  else { write("README.md", "# sum adds\\n"); write("stray.txt", "x\\n"); say("three"); }`);

const critic = reviewer(
  `if (prompt.includes("# bad")) answer("changes_requested", [{ ...finding("medium"), file: "README.md" }]); else answer("approved");`,
);

describe("a task whose questions were answered", () => {
  let w: World;
  let task: Awaited<ReturnType<World["run"]>>;
  beforeAll(async () => {
    w = await world({ agents: { writer, critic }, files });
    task = await w.run({ answers: [...answers] });
    expect(task.status, JSON.stringify(task.error)).toBe("done");
  });
  afterAll(() => w[Symbol.asyncDispose]());

  const of = async (...types: Event["type"][]) =>
    (await w.events(task.id, ...types)).map((event) => [event.type, event.data]);

  it("is planned without triage, and every agent is given the answers as the person's words [req:task.answers]", async () => {
    expect(task.turns.map(({ role }) => role).slice(0, 2)).toEqual(["planner", "implementer"]);
    expect(task.request["answers"]).toEqual(answers);
    expect(await of("requirements.completed")).toEqual([
      [
        "requirements.completed",
        {
          goal: "Add two numbers",
          approach: null,
          technologies: "Node.js",
          libraries: [
            { name: "assert", features: ["strict mode", "deep equality"] },
            { name: "util", features: [] },
          ],
          docs: null,
        },
      ],
    ]);
    for (const { prompt } of await w.call("task/prompts", { task_id: task.id })) {
      expect(prompt).toContain("Goal: Add two numbers\nTechnologies: Node.js\nLibraries: assert: strict");
      expect(prompt).not.toContain("Approach:");
    }
  });

  it("has a plan of modules, which the implementer is given [req:task.modules]", async () => {
    expect(task.plan).toMatchObject(plan);
    expect(await of("plan.completed")).toEqual([
      ["plan.completed", { modules: ["sum", "README.md", "later"], estimated_iterations: 2 }],
    ]);
    const prompts = await w.call("task/prompts", { task_id: task.id });
    expect(prompts.find(({ phase }) => phase === "implement")?.prompt).toContain(
      "2. README.md: says how (after: sum)",
    );
  });

  it("says of every round which modules it changed, and what was measured: nothing is made up [req:task.modules]", async () => {
    const iterations = (await w.events(task.id, "module.iterated")).map(({ data }) => {
      const { commit: _, ...rest } = data as Record<string, unknown>;
      return rest;
    });
    expect(iterations).toEqual([
      // Red work is not reviewed: it has a pass rate and no score.
      { module: "sum", iteration: 1, round: 1, test_pass_rate: 0.75, quality_score: null },
      { module: "sum", iteration: 2, round: 2, test_pass_rate: 1, quality_score: 1 },
      { module: "README.md", iteration: 1, round: 2, test_pass_rate: 1, quality_score: 0.91 },
      { module: "README.md", iteration: 2, round: 3, test_pass_rate: 1, quality_score: 1 },
      { module: null, iteration: 1, round: 3, test_pass_rate: 1, quality_score: 1 },
    ]);
    expect(
      (await of("module.started", "module.completed")).map(([type, data]) => [type, data]),
    ).toMatchObject([
      ["module.started", { module: "sum", round: 1 }],
      ["module.started", { module: "README.md", round: 2 }],
      ["module.completed", { module: "sum", iterations: 2 }],
      ["module.completed", { module: "README.md", iterations: 2 }],
    ]);
  });

  it("shows how far it is in seed 3's fields [req:task.modules]", () => {
    expect(task).toMatchObject({
      task_id: task.id,
      work_status: "completed",
      current_module: null,
      iteration: 3,
      modules_complete: 2,
      total_modules: 3,
      progress: 0.67,
    });
    expect(
      task.modules.map(({ name, status, iterations, quality_score }) => [
        name,
        status,
        iterations,
        quality_score,
      ]),
    ).toEqual([
      ["sum", "completed", 2, 1],
      ["README.md", "completed", 2, 1],
      ["later", "pending", 0, null],
    ]);
  });

  it("answers its results by module, with code, tests and score [req:task.results]", async () => {
    const results = await w.call("task/results", { task_id: task.id });
    expect(results).toMatchObject({ task_id: task.id, status: "done", commit: task.head_sha });
    expect(
      results.modules.map(({ name, code, tests, quality_score }) => ({ name, code, tests, quality_score })),
    ).toEqual([
      { name: "sum", code: "module.exports = (a, b) => a + b;\n", tests: "// tests\n", quality_score: 1 },
      { name: "README.md", code: "# sum adds\n", tests: null, quality_score: 1 },
      { name: "later", code: null, tests: null, quality_score: null },
      { name: null, code: "x\n", tests: null, quality_score: 1 },
    ]);
  });
});

it("a plan in plain words is followed as it is, and work without a plan has its files for modules [req:task.results, task.modules]", async () => {
  const big = "a".repeat(70_000);
  const plain = implementer(`
    if (prompt.startsWith("Role: planner")) say("Just add them.");
    else { fs.mkdirSync("test"); write("test/sum.js", "// t\\n"); write("big.txt", "${"a".repeat(10)}".repeat(7000)); write("bin.dat", Buffer.from([0, 1, 255]));
      fs.rmSync("README.md"); write("sum.js", "module.exports = (a, b) => a + b;\\n"); say(prompt.includes("Just add them.") ? "followed" : "no plan"); }`);
  await using w = await world({ agents: { writer: plain, critic: approves } });
  const task = await w.run({ answers: ["Add"] });
  expect(task).toMatchObject({
    status: "done",
    plan: { text: expect.stringContaining("Just add them."), modules: [], steps: [] },
    modules: [],
    total_modules: null,
    progress: null,
  });
  expect(await w.events(task.id, "module.started", "module.iterated")).toEqual([]);
  const { modules } = await w.call("task/results", { task_id: task.id });
  const of = (name: string | null) => modules.find((module) => module.name === name);
  expect(of("sum.js")).toMatchObject({
    code: expect.stringContaining("a + b"),
    tests: "// t\n",
    quality_score: null,
  });
  expect(of("big.txt")).toMatchObject({ code: big.slice(0, 65_536), files: [{ shown: "cut" }] });
  expect(of("bin.dat")).toMatchObject({ code: null, files: [{ shown: "binary" }] });
  expect(of("README.md")).toMatchObject({ code: null, files: [{ shown: "deleted", status: "deleted" }] });
});

it("answers with skip_triage are not planned; a task without work has no results [req:task.answers, task.results]", async () => {
  await using w = await world();
  const task = await w.run({ answers: ["Add"], skip_triage: true });
  expect(task).toMatchObject({ status: "done", plan: null });
  expect(task.turns.map(({ role }) => role)).toEqual(["implementer", "reviewer"]);
  await w.call("project/update", { project: "app", active: false });
  const idle = await w.submit({ project: "app" });
  expect(await w.call("task/results", { task_id: idle })).toMatchObject({
    commit: null,
    modules: [],
    work_status: "started",
  });
  await expect(w.submit({ project: "app", answers: ["1", "2", "3", "4", "5", "6"] })).rejects.toMatchObject({
    code: "invalid_params",
    details: { field: "answers" },
  });
});
