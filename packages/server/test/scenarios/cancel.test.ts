import { afterEach, describe, expect, it } from "vitest";
import {
  approves,
  implementer,
  leftovers,
  reviewer,
  type World,
  type WorldOptions,
  world,
  writesSum,
} from "./world.ts";

const sleeps = "setInterval(() => {}, 1000);";

describe("cancel stops the work at every stage", () => {
  let w: World;
  afterEach(() => w[Symbol.asyncDispose]());

  /** Cancels once the event is there, and checks that nothing is left and that a retry ends well or waits. */
  async function cancelWhen(options: WorldOptions, at: (id: string) => Promise<unknown>) {
    w = await world(options);
    const task_id = await w.submit();
    await at(task_id);
    expect(await w.call("task/cancel", { task_id, reason: "changed my mind" })).toEqual({
      task_id,
      status: "cancelled",
    });
    const task = await w.settled(task_id);
    const attempts = task.attempt_history.map((attempt) => attempt.id);
    expect(task).toMatchObject({ status: "cancelled", block_reason: null, branch: null });
    expect(leftovers(w.dir, attempts)).toEqual([]);
    for (const stage of task.stages) expect(stage.outcome, stage.stage).not.toBeNull();
    await expect(w.call("task/cancel", { task_id })).rejects.toMatchObject({ code: "illegal_transition" });
    return task;
  }

  it("in the middle of an agent's turn; its work is kept and a retry goes on with it [req:cancel.turn, cancel.work-kept, cancel.retry]", async () => {
    const writer = implementer(`
      if (fs.existsSync("half.txt")) { write("sum.js", "module.exports = (a, b) => a + b;\\n"); say("finished"); }
      else { write("half.txt", "half"); say("half way"); process.on("SIGTERM", () => {}); cp.spawn("sleep", ["1000"], { detached: true, stdio: "inherit" }); ${sleeps} }`);
    const task = await cancelWhen({ agents: { writer, critic: approves } }, (id) =>
      w.event((event) => event.type === "message.delta" && event.task_id === id),
    );
    expect(task.attempt_history).toMatchObject([{ status: "cancelled" }]);
    expect(task.turns).toMatchObject([{ status: "cancelled" }]);
    expect(task.stages.map((stage) => `${stage.stage} ${stage.outcome}`)).toEqual([
      "workspace ok",
      "setup ok",
      "implement cancelled",
      "snapshot ok",
      "cleanup ok",
    ]);
    expect((await w.call("task/diff", { task_id: task.id })).files).toMatchObject([{ path: "half.txt" }]);
    await w.call("task/retry", { task_id: task.id });
    const again = await w.settled(task.id);
    expect(again).toMatchObject({ status: "done", attempts: 2 });
    expect(again.changes?.files).toBe(2);
  });

  it("during setup; nothing of it goes on [req:cancel.setup]", async () => {
    const setup = [[process.execPath, "-e", `require("fs").writeFileSync("begun", "1"); ${sleeps}`]];
    const task = await cancelWhen({ project: { setup } }, (id) =>
      w.event(
        (event) => event.type === "stage.started" && event.data.stage === "setup" && event.task_id === id,
      ),
    );
    expect(task).toMatchObject({ head_sha: null, turns: [] });
  });

  it("in the queue: it is never started [req:cancel.queued]", async () => {
    const writer = implementer(sleeps);
    w = await world({
      agents: { writer, critic: approves },
      config: "[concurrency]\nmax_concurrent_tasks = 1",
    });
    const running = await w.submit();
    await w.event((event) => event.type === "turn.started");
    const queued = await w.submit();
    expect(await w.call("task/get", { task_id: queued })).toMatchObject({ status: "queued" });
    await w.call("task/cancel", { task_id: queued });
    await w.call("task/cancel", { task_id: running });
    expect(await w.settled(queued)).toMatchObject({ status: "cancelled", attempts: 0, stages: [] });
  });

  it("during validation; the proven work stays on its ref [req:cancel.validating]", async () => {
    const argv = [process.execPath, "-e", `console.log("begun"); ${sleeps}`];
    const task = await cancelWhen({ project: { validation: [{ name: "slow", argv }] } }, (id) =>
      w.event(
        (event) => event.type === "stage.started" && event.data.stage === "validate" && event.task_id === id,
      ),
    );
    expect(task.head_sha).not.toBeNull();
    expect(task.evidence_history).toEqual([]);
    expect(task.stages.find((stage) => stage.stage === "validate")?.outcome).toBe("cancelled");
  });

  it("during review [req:cancel.reviewing]", async () => {
    const critic = reviewer(`say("reading"); ${sleeps}`);
    const task = await cancelWhen({ agents: { writer: writesSum, critic } }, (id) =>
      w.event((event) => event.type === "message.delta" && event.actor === "critic" && event.task_id === id),
    );
    expect(task.evidence.state).toBe("passed");
    expect(task.review_history).toEqual([]);
  });

  it("while it waits for a person; a retry asks again [req:cancel.waiting]", async () => {
    const task = await cancelWhen({ project: { validation: [] } }, (id) => w.settled(id));
    await w.call("task/retry", { task_id: task.id });
    expect(await w.settled(task.id)).toMatchObject({
      status: "waiting",
      block_reason: { code: "no_validation" },
    });
  });
});
