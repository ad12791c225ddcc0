import { describe, expect, it } from "vitest";
import { userGit } from "../support/git-fixture.ts";
import { approves, implementer, sumFiles, world } from "./world.ts";

const wrong = `write("sum.js", "module.exports = (a, b) => a * b;\\n");`;
const right = `write("sum.js", "module.exports = (a, b) => a + b;\\n");`;

describe("validation decides, not the agent", () => {
  it("gives a failing command's output back to the agent, which then fixes it [req:pipeline.validation-feedback]", async () => {
    const writer = implementer(
      `if (prompt.includes("Validation: failed") && prompt.includes("expected 3")) { ${right} } else { ${wrong} }`,
    );
    await using w = await world({ agents: { writer, critic: approves } });
    const task = await w.run();
    expect(task.status).toBe("done");
    expect(task.evidence_history.map((item) => [item.round, item.passed, item.exit_code])).toEqual([
      [1, false, 1],
      [2, true, 0],
    ]);
    expect(task.evidence_history[0]?.output).toContain("expected 3");
    expect(task.evidence_history[0]?.commit).not.toBe(task.head_sha);
    expect(task.turns.map((turn) => turn.role)).toEqual(["implementer", "implementer", "reviewer"]);
    expect(task.grade?.parts.find((part) => part.name === "first time")).toMatchObject({ points: 15 });
  });

  it("fails when it stays red; a retry goes on from the kept work [req:pipeline.validation-failed, pipeline.retry-kept-work]", async () => {
    const writer = implementer(`
      if (fs.existsSync("notes.txt") && prompt.includes("interrupted")) { ${right} }
      else { write("notes.txt", "tried multiplying"); ${wrong} }`);
    await using w = await world({ agents: { writer, critic: approves }, config: "validation_retries = 1" });
    const failed = await w.run();
    expect(failed).toMatchObject({ status: "failed", error: { code: "validation_failed" }, branch: null });
    expect(failed.evidence_history.map((item) => item.passed)).toEqual([false, false]);
    expect(failed.review_history).toEqual([]);
    await w.call("task/retry", { task_id: failed.id });
    const task = await w.settled(failed.id);
    expect(task).toMatchObject({ status: "done", attempts: 2, error: null });
    expect(userGit(w.root, "show", `${task.branch}:notes.txt`)).toBe("tried multiplying");
    expect(task.attempt_history.map((attempt) => attempt.status)).toEqual(["failed", "succeeded"]);
  });

  it("starts over from the base when the retry asks for it [req:pipeline.retry-fresh]", async () => {
    const writer = implementer(
      `if (fs.existsSync("notes.txt")) throw new Error("kept work"); write("notes.txt", "x"); ${wrong}`,
    );
    await using w = await world({ agents: { writer, critic: approves }, config: "validation_retries = 0" });
    const failed = await w.run();
    await w.call("task/retry", { task_id: failed.id, fresh: true });
    expect(await w.settled(failed.id)).toMatchObject({
      status: "failed",
      attempts: 2,
      error: { code: "validation_failed" },
    });
  });

  it("does not believe an agent that says all tests pass [req:pipeline.lying-agent]", async () => {
    const writer = implementer(`${wrong} say("All tests pass.\\n# tests 12\\n# pass 12\\n# fail 0");`);
    await using w = await world({ agents: { writer, critic: approves }, config: "validation_retries = 0" });
    const task = await w.run();
    expect(task).toMatchObject({ status: "failed", error: { code: "validation_failed" } });
    expect(task.evidence).toMatchObject({ state: "failed", counts: null });
    const proof = await w.call("task/proof", { task_id: task.id });
    expect(proof).toMatchObject({
      ci_status: "failed",
      review_outcome: "skipped",
      branch: null,
      grade: null,
    });
  });

  it("runs where a fake test runner planted in node_modules does not exist [req:pipeline.clean-checkout]", async () => {
    const files = {
      ...sumFiles,
      ".gitignore": "node_modules\n",
      "check.js": `let runner; try { runner = require("./node_modules/runner"); } catch { runner = undefined; }
        if (runner) { console.log("planted runner"); process.exit(0); }
        process.exit(require("./sum.js")(1, 2) === 3 ? 0 : 1);`,
    };
    const writer = implementer(
      `${wrong} fs.mkdirSync("node_modules/runner", { recursive: true }); write("node_modules/runner/index.js", "module.exports = 1;"); cp.execFileSync(process.execPath, ["check.js"]); say("green");`,
    );
    await using w = await world({
      files,
      agents: { writer, critic: approves },
      config: "validation_retries = 0",
    });
    const task = await w.run();
    expect(task).toMatchObject({ status: "failed", error: { code: "validation_failed" } });
    expect(task.evidence_history[0]?.output).not.toContain("planted runner");
  });

  it("says when a command takes too long or does not exist [req:pipeline.validation-timeout]", async () => {
    const validation = [
      { name: "slow", argv: [process.execPath, "-e", "setInterval(() => {}, 1000)"], timeout_secs: 1 },
      { name: "missing", argv: ["no-such-program"] },
    ];
    await using w = await world({ project: { validation }, config: "validation_retries = 0" });
    const task = await w.run();
    expect(task).toMatchObject({ status: "failed", error: { code: "validation_failed" } });
    expect(task.evidence_history.map((item) => [item.name, item.reason, item.passed])).toMatchObject([
      ["slow", "timeout_total", false],
      ["missing", expect.any(String), false],
    ]);
  });
});
