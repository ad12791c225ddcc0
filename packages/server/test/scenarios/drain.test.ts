import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { userGit } from "../support/git-fixture.ts";
import { testDir } from "../support/test-app.ts";
import { approves, implementer, leftovers, reviewer, world, writesSum } from "./world.ts";

const config = "[server]\ndrain_timeout_secs = 0";
const sleeps = "setInterval(() => {}, 1000);";

describe("a server that stops while work runs", () => {
  let dir: string;
  beforeEach(() => {
    dir = testDir("drain");
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it("queues the task again, and the next one resumes after the finished stages and publishes once [req:drain.resume, drain.inherit, drain.publish-once]", async () => {
    const critic = reviewer(`say("reading"); ${sleeps}`);
    const first = await world({ dir, database: "sqlite", config, agents: { writer: writesSum, critic } });
    const task_id = await first.submit({ max_attempts: 1 });
    await first.event((event) => event.type === "message.delta" && event.actor === "critic");
    await first[Symbol.asyncDispose]();
    await using w = await world({
      dir,
      database: "sqlite",
      config,
      agents: { writer: writesSum, critic: approves },
    });
    const task = await w.settled(task_id);
    expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
    expect(task.attempt_history).toMatchObject([
      { number: 1, fence: 1, status: "superseded", reason: "the server stopped" },
      { number: 2, fence: 2, status: "succeeded" },
    ]);
    const stages = (n: number) =>
      task.stages
        .filter((stage) => stage.attempt_id === task.attempt_history[n]?.id)
        .map((stage) => `${stage.stage} ${stage.outcome}`);
    expect(stages(0)).toEqual([
      "workspace ok",
      "setup ok",
      "implement ok",
      "snapshot ok",
      "validate ok",
      "review cancelled",
      "cleanup ok",
    ]);
    expect(stages(1)).toEqual([
      "workspace ok",
      "setup ok",
      "snapshot inherited",
      "validate inherited",
      "review ok",
      "publish ok",
      "grade ok",
      "cleanup ok",
    ]);
    expect(task.turns.map((turn) => [turn.role, turn.status])).toEqual([
      ["implementer", "completed"],
      ["reviewer", "cancelled"],
      ["reviewer", "completed"],
    ]);
    expect(task.evidence_history).toHaveLength(1);
    expect(task.review_history).toMatchObject([{ verdict: "approved", commit: task.head_sha }]);
    expect(userGit(w.root, "branch", "--list", "harness/*").split("\n")).toHaveLength(1);
    expect(await w.events(task_id, "branch.published")).toHaveLength(1);
    expect(task.grade).toMatchObject({ letter: "A", score: 100 });
    expect(
      leftovers(
        dir,
        task.attempt_history.map((attempt) => attempt.id),
      ),
    ).toEqual([]);
  });

  it("keeps what an agent had half done, and does not count the try [req:drain.work-kept, drain.try-not-counted]", async () => {
    const halfway = implementer(`write("half.txt", "half"); say("half way"); ${sleeps}`);
    const first = await world({
      dir,
      database: "sqlite",
      config,
      agents: { writer: halfway, critic: approves },
    });
    const task_id = await first.submit({ max_attempts: 1 });
    await first.event((event) => event.type === "message.delta");
    const stopped = first[Symbol.asyncDispose]();
    await expect(first.submit()).rejects.toMatchObject({ code: "draining" });
    await stopped;
    const finish = implementer(
      `if (fs.existsSync("half.txt") && prompt.includes("interrupted")) write("sum.js", "module.exports = (a, b) => a + b;\\n"); say("ok");`,
    );
    await using w = await world({
      dir,
      database: "sqlite",
      config,
      agents: { writer: finish, critic: approves },
    });
    const task = await w.settled(task_id);
    expect(task).toMatchObject({ status: "done", attempts: 2, changes: { files: 2 } });
    expect(task.turns.map((turn) => [turn.role, turn.status])).toEqual([
      ["implementer", "cancelled"],
      ["implementer", "completed"],
      ["reviewer", "completed"],
    ]);
  });

  it("lets a turn that ends in time end [req:drain.graceful]", async () => {
    const writer = implementer(
      `say("begun"); setTimeout(() => write("sum.js", "module.exports = (a, b) => a + b;\\n"), 300);`,
    );
    const first = await world({ dir, database: "sqlite", agents: { writer, critic: approves } });
    const task_id = await first.submit();
    await first.event((event) => event.type === "message.delta");
    await first[Symbol.asyncDispose]();
    await using w = await world({ dir, database: "sqlite", start: false });
    const task = await w.call("task/get", { task_id });
    expect(task).toMatchObject({ status: "done", attempts: 1 });
    const events = await w.app.log.read({
      afterSeq: 0,
      filter: { types: ["server.stopped", "attempt.ended"] },
    });
    expect(events.map((event) => event.type)).toEqual(["attempt.ended", "server.stopped"]);
  });
});
