import { describe, expect, it } from "vitest";
import { approves, implementer, reviewer, sumCheck, world, writesSum } from "./world.ts";

const counts = implementer(
  `write("sum.js", "module.exports = (a, b) => a + b; // " + (prompt.match(/Round: \\d+/)?.[0] ?? "") + "\\n"); say("ok");`,
);
const objects = reviewer(`answer("changes_requested", [finding("medium")]);`);

describe("nothing unproven is called done", () => {
  it("ends no_change when the agent changed nothing [req:pipeline.no-change]", async () => {
    await using w = await world({
      agents: { writer: implementer(`say("nothing to do");`), critic: approves },
    });
    const task = await w.run();
    expect(task).toMatchObject({
      status: "no_change",
      branch: null,
      grade: null,
      evidence: { state: "none" },
    });
    expect(await w.call("task/proof", { task_id: task.id })).toMatchObject({ ci_status: "unknown" });
  });

  it("fails an agent that exits 0 and did nothing, after its attempts [req:pipeline.zero-output]", async () => {
    await using w = await world({ agents: { writer: implementer(""), critic: approves } });
    const task = await w.run({ max_attempts: 2 });
    expect(task).toMatchObject({ status: "failed", attempts: 2, error: { code: "zero_output" } });
    expect(task.attempt_history.map((attempt) => attempt.status)).toEqual(["failed", "failed"]);
  });

  it("waits without validation commands until a person accepts, and shows it [req:pipeline.no-validation, pipeline.accept]", async () => {
    await using w = await world({ project: { validation: [] } });
    const waiting = await w.run();
    expect(waiting).toMatchObject({
      status: "waiting",
      block_reason: { code: "no_validation", needs: "person" },
    });
    expect(waiting.block_reason?.unblock).toContain(`harness task accept ${waiting.id}`);
    expect(waiting.block_reason?.unblock).toContain(`harness task revise ${waiting.id} "what to change"`);
    await w.call("task/accept", { task_id: waiting.id, head_sha: waiting.head_sha! });
    const task = await w.settled(waiting.id);
    expect(task).toMatchObject({
      status: "done",
      accepted: ["no_validation"],
      evidence: { state: "waived" },
    });
    expect(task.turns.filter((turn) => turn.role === "implementer")).toHaveLength(1);
    expect(task.grade).toMatchObject({ letter: "C", score: 60 });
    expect(await w.call("task/proof", { task_id: task.id })).toMatchObject({
      ci_status: "unknown",
      accepted: ["no_validation"],
    });
    expect(await w.events(task.id, "task.accepted")).toMatchObject([{ data: { code: "no_validation" } }]);
  });

  it("goes on without validation when the project gets commands instead [req:pipeline.unblock]", async () => {
    await using w = await world({ project: { validation: [] } });
    const waiting = await w.run();
    await w.call("project/update", { project: "app", validation: [sumCheck] });
    await w.call("task/unblock", { task_id: waiting.id });
    const task = await w.settled(waiting.id);
    expect(task).toMatchObject({ status: "done", accepted: [], evidence: { state: "passed" } });
    expect(task.stages.filter((stage) => stage.outcome === "inherited").map((stage) => stage.stage)).toEqual([
      "snapshot",
    ]);
  });

  it('lets a project say validation = "none", and shows it [req:pipeline.validation-none]', async () => {
    await using w = await world({ project: { validation: "none" } });
    const task = await w.run();
    expect(task).toMatchObject({ status: "done", evidence: { state: "waived" }, evidence_history: [] });
    expect(task.grade).toMatchObject({ score: 60, letter: "C" });
    expect(task.stages.find((stage) => stage.stage === "validate")?.detail).toContain("by choice");
  });

  it("waits without a second agent until a person accepts [req:pipeline.no-reviewer]", async () => {
    await using w = await world({ agents: { writer: writesSum } });
    const waiting = await w.run();
    expect(waiting).toMatchObject({ status: "waiting", block_reason: { code: "no_reviewer" } });
    await w.call("task/accept", { task_id: waiting.id });
    const task = await w.settled(waiting.id);
    expect(task).toMatchObject({ status: "done", accepted: ["no_reviewer"], review: { state: "waived" } });
    expect(task.grade).toMatchObject({ score: 70, letter: "B" });
    expect(await w.call("task/proof", { task_id: task.id })).toMatchObject({ review_outcome: "skipped" });
  });

  it("marks a review by the author itself as not independent and grades it lower [req:pipeline.same-agent]", async () => {
    const { source } = implementer(
      `if (prompt.startsWith("Role: reviewer")) answer("approved"); else write("sum.js", "module.exports = (a, b) => a + b;\\n");`,
    );
    const both = { source };
    await using w = await world({ agents: { both }, project: { review: { allow_same_agent: true } } });
    const task = await w.run();
    expect(task.status, JSON.stringify(task.block_reason ?? task.error)).toBe("done");
    expect(task.review_history).toMatchObject([{ verdict: "approved", independent: false, agent: "both" }]);
    expect(task.grade).toMatchObject({ score: 85, letter: "B" });
  });

  it("asks a person when the review rounds are used up; rounds or acceptance end the wait [req:pipeline.review-limit, pipeline.stale-accept, wait.commands]", async () => {
    await using w = await world({ agents: { writer: counts, critic: objects } });
    const first = await w.run({ max_rounds: 1 });
    expect(first).toMatchObject({ status: "waiting", block_reason: { code: "review_limit" } });
    expect(first.block_reason?.unblock).toEqual([
      `harness task unblock ${first.id} --rounds 2`,
      `harness task revise ${first.id} "what to change"`,
      `harness task accept ${first.id}`,
      `harness task show ${first.id}`,
    ]);
    await w.call("task/unblock", { task_id: first.id, rounds: 1 });
    const second = await w.settled(first.id);
    expect(second).toMatchObject({
      status: "waiting",
      block_reason: { code: "review_limit" },
      review: { rounds: 2 },
    });
    expect(second.head_sha).not.toBe(first.head_sha);
    await expect(
      w.call("task/accept", { task_id: first.id, head_sha: first.head_sha! }),
    ).rejects.toMatchObject({ code: "evidence_stale" });
    await w.call("task/accept", { task_id: first.id, head_sha: second.head_sha! });
    const task = await w.settled(first.id);
    expect(task).toMatchObject({
      status: "done",
      accepted: ["review_limit"],
      review: { state: "changes_requested", rounds: 2 },
      head_sha: second.head_sha,
    });
    expect(task.turns).toHaveLength(4);
    expect(task.grade).toMatchObject({ score: 60, letter: "C" });
  });

  it("asks a person when the implementer does not answer the review [req:pipeline.review-unanswered]", async () => {
    await using w = await world({ agents: { writer: writesSum, critic: objects } });
    const waiting = await w.run({ max_rounds: 5 });
    expect(waiting).toMatchObject({
      status: "waiting",
      block_reason: { code: "review_limit" },
      review: { rounds: 2 },
    });
    expect(waiting.block_reason?.message).toContain("changed nothing");
    await w.call("task/unblock", { task_id: waiting.id });
    const again = await w.settled(waiting.id);
    expect(again).toMatchObject({ status: "waiting", review: { rounds: 3 } });
    await w.call("task/accept", { task_id: waiting.id });
    expect(await w.settled(waiting.id)).toMatchObject({ status: "done", accepted: ["review_limit"] });
  });

  it("never takes an answer it cannot read for an approval [req:pipeline.review-garbage]", async () => {
    const critic = reviewer(`say("LGTM! approved. {verdict: approved}");`);
    await using w = await world({ agents: { writer: writesSum, critic } });
    const waiting = await w.run();
    expect(waiting).toMatchObject({ status: "waiting", block_reason: { code: "no_reviewer" } });
    expect(waiting.review_history).toMatchObject([{ verdict: "waiting" }]);
    expect(waiting.turns.filter((turn) => turn.role === "reviewer")).toHaveLength(2);
    await w.call("task/accept", { task_id: waiting.id });
    const task = await w.settled(waiting.id);
    expect(task).toMatchObject({ status: "done", review: { state: "waived" }, accepted: ["no_reviewer"] });
  });

  it("takes an approval with a critical finding for a request for changes [req:pipeline.review-contradiction]", async () => {
    const critic = reviewer(`answer("approved", round === 1 ? [finding("critical")] : []);`);
    await using w = await world({ agents: { writer: counts, critic } });
    const task = await w.run();
    expect(task.status).toBe("done");
    expect(task.review_history.map((round) => round.verdict)).toEqual(["changes_requested", "approved"]);
  });
});
