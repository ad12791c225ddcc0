import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { userGit } from "../support/git-fixture.ts";
import { implementer, leftovers, reviewer, type World, world } from "./world.ts";

const agents = {
  writer: implementer(
    `write("sum.js", "module.exports = (a, b) => a + b;\\n" + (round > 1 ? "// sum(1, 2) is 3\\n" : "")); say("wrote it");`,
  ),
  critic: reviewer(`round === 1 ? answer("changes_requested", [finding("high")]) : answer("approved");`),
};

/** Everything of the user's checkout that no task may touch. */
function fingerprint(root: string): Record<string, string> {
  const hash = (file: string) =>
    existsSync(file) ? createHash("sha256").update(readFileSync(file)).digest("hex") : "absent";
  const hooks = path.join(root, ".git", "hooks");
  return {
    head: hash(path.join(root, ".git", "HEAD")),
    index: hash(path.join(root, ".git", "index")),
    config: hash(path.join(root, ".git", "config")),
    hooks: (existsSync(hooks) ? readdirSync(hooks) : []).map((name) => hash(path.join(hooks, name))).join(),
    main: userGit(root, "rev-parse", "main"),
    files: ["README.md", "check.js", "sum.js"].map((name) => hash(path.join(root, name))).join(),
    status: userGit(root, "status", "--porcelain"),
  };
}

describe("a task becomes a validated, reviewed branch", () => {
  let w: World;
  let task: Awaited<ReturnType<World["run"]>>;
  let before: Record<string, string>;
  beforeAll(async () => {
    w = await world({ agents });
    before = fingerprint(w.root);
    task = await w.run({ title: "Make sum() add!", prompt: "Make sum add" });
  });
  afterAll(() => w[Symbol.asyncDispose]());

  it("ends done on a branch named after it, at the commit that was proven [req:pipeline.done, pipeline.branch-name]", () => {
    expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
    expect(task.branch).toBe(`harness/make-sum-add-${task.id.slice(-8).toLowerCase()}`);
    expect(userGit(w.root, "rev-parse", task.branch!)).toBe(task.head_sha);
    expect(userGit(w.root, "show", `${task.branch}:sum.js`)).toContain("a + b");
    expect(userGit(w.root, "merge-base", "main", task.branch!)).toBe(task.base_sha);
  });

  it("has verified evidence on exactly that commit [req:pipeline.evidence]", () => {
    expect(task.evidence).toEqual({
      state: "passed",
      commit: task.head_sha,
      counts: { passed: 1, failed: 0, skipped: 0 },
    });
    const last = task.evidence_history.at(-1);
    expect(last).toMatchObject({
      trust: "verified",
      commit: task.head_sha,
      passed: true,
      exit_code: 0,
      name: "test",
    });
    expect(last?.output_sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(last?.output).toContain("1 passed");
  });

  it("has review rounds by another agent, each bound to its commit [req:pipeline.review]", () => {
    expect(
      task.review_history.map((round) => [round.round, round.verdict, round.agent, round.independent]),
    ).toEqual([
      [1, "changes_requested", "critic", true],
      [2, "approved", "critic", true],
    ]);
    expect(task.review_history.at(-1)?.commit).toBe(task.head_sha);
    expect(task.review_history[0]?.commit).not.toBe(task.head_sha);
    expect(task.review_history[0]?.findings[0]).toMatchObject({ file: "sum.js", line: 1, severity: "high" });
  });

  it("leaves the user's checkout as it was [req:pipeline.untouched]", () => {
    expect(fingerprint(w.root)).toEqual(before);
  });

  it("records start, end and outcome of every stage [req:pipeline.stages]", () => {
    expect(task.stages.map((stage) => `${stage.stage}/${stage.round} ${stage.outcome}`)).toEqual([
      "workspace/0 ok",
      "setup/0 ok",
      "implement/1 ok",
      "snapshot/1 ok",
      "validate/1 ok",
      "review/1 ok",
      "implement/2 ok",
      "snapshot/2 ok",
      "validate/2 ok",
      "review/2 ok",
      "publish/0 ok",
      "grade/0 ok",
      "cleanup/0 ok",
    ]);
    for (const stage of task.stages)
      expect(Date.parse(stage.ended_at!)).toBeGreaterThanOrEqual(Date.parse(stage.started_at));
    expect(task.attempt_history).toMatchObject([{ number: 1, status: "succeeded", fence: 1 }]);
    expect(task.stage).toBeNull();
  });

  it("shows its grade with the formula and its sandbox [req:pipeline.grade, pipeline.sandbox-shown]", () => {
    expect(task.grade).toMatchObject({ letter: "A", score: 95 });
    expect(task.grade?.formula).toContain("A >= 90");
    expect(task.grade?.parts.reduce((sum, part) => sum + part.points, 0)).toBe(95);
    expect(task.sandbox).toMatchObject({ profile: "workspace-write" });
    expect(["bwrap", "unshare"]).toContain(task.sandbox?.driver);
    expect(task.evidence_history[0]?.sandbox).toBe(task.sandbox?.driver);
  });

  it("answers with prompts, artifacts, proof and diff [req:pipeline.records]", async () => {
    const task_id = task.id;
    const prompts = await w.call("task/prompts", { task_id });
    expect(prompts.map((prompt) => [prompt.turn, prompt.phase, prompt.round])).toEqual([
      [1, "implement", 1],
      [2, "review", 1],
      [3, "implement", 2],
      [4, "review", 2],
    ]);
    expect(prompts[2]?.prompt).toContain("sum(1, 2) gives 4");
    const artifacts = await w.call("task/artifacts", { task_id });
    expect(artifacts.map((artifact) => artifact.artifact_type)).toEqual([
      "implementer_message",
      "reviewer_message",
      "implementer_message",
      "reviewer_message",
    ]);
    const proof = await w.call("task/proof", { task_id });
    expect(proof).toMatchObject({
      ci_status: "passed",
      review_outcome: "approved",
      review_rounds: 2,
      commit: task.head_sha,
    });
    const diff = await w.call("task/diff", { task_id });
    expect(diff.files).toMatchObject([{ path: "sum.js", insertions: 2, deletions: 1 }]);
    expect(diff.patch).toContain("+module.exports = (a, b) => a + b;");
  });

  it("leaves no process, workspace or record behind [req:pipeline.nothing-left]", () => {
    expect(
      leftovers(
        w.dir,
        task.attempt_history.map((attempt) => attempt.id),
      ),
    ).toEqual([]);
  });

  it("takes the next free name when the branch is taken, and moves nobody's branch [req:pipeline.branch-taken]", async () => {
    const taken = new Promise<void>((resolve) => {
      void w
        .event(
          (event) =>
            event.type === "stage.started" && event.data.stage === "implement" && event.task_id !== task.id,
        )
        .then((event) => {
          userGit(w.root, "branch", `harness/again-${event.task_id!.slice(-8).toLowerCase()}`, "main");
          resolve();
        });
    });
    const again = await w.run({ title: "again" });
    await taken;
    expect(again.branch).toBe(`harness/again-${again.id.slice(-8).toLowerCase()}-2`);
    expect(userGit(w.root, "rev-parse", again.branch!)).toBe(again.head_sha);
    expect(userGit(w.root, "rev-parse", again.branch!.slice(0, -2))).toBe(
      userGit(w.root, "rev-parse", "main"),
    );
  });
});
