import path from "node:path";
import { expect, it } from "vitest";
import { makeRepository } from "../support/git-fixture.ts";
import { testApp } from "../support/test-app.ts";

it("shows and filters the dispatcher's view of tasks [req:pipeline.scheduler-state]", async () => {
  const idle = "require('fs').readFileSync(0); setInterval(() => {}, 1000);";
  await using app = await testApp({
    agents: { idle: { source: idle } },
    config: "[concurrency]\nmax_concurrent_tasks = 1",
  });
  const root = makeRepository(path.join(app.dir, "repo"), { "a.txt": "a\n" });
  await app.call("project/create", { root, default: true, validation: "none" });
  const running = (await app.call("task/create", { prompt: "run", agent: "idle" })).task_id;
  await app.event((event) => event.type === "turn.started");
  const queued = (await app.call("task/create", { prompt: "queued", agent: "idle" })).task_id;
  const after = (await app.call("task/create", { prompt: "after", agent: "idle", depends_on: [queued] }))
    .task_id;
  const states = async (
    ...scheduler_state: ("running" | "queued" | "awaiting_dependencies" | "cancelled")[]
  ) => (await app.call("task/list", { scheduler_state })).data.map((task) => [task.id, task.scheduler_state]);
  expect(await states("running")).toEqual([[running, "running"]]);
  expect(await states("queued")).toEqual([[queued, "queued"]]);
  expect(await states("awaiting_dependencies")).toEqual([[after, "awaiting_dependencies"]]);
  expect(await states("running", "queued")).toHaveLength(2);
  for (const id of [after, queued, running]) await app.call("task/cancel", { task_id: id });
  expect(await states("cancelled")).toHaveLength(3);
});
