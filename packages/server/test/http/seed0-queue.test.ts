import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestServer, testServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server[Symbol.asyncDispose]());

it("seed 0's queue takes a task under each of its paths, and answers with item_id too [req:queue.alias]", async () => {
  for (const path of ["/api/run", "/api/queue", "/api/tasks"]) {
    const response = await server.post(path, { task: "Tidy up", project: "app", no_wiggum: false });
    expect(response.status).toBe(202);
    const created = (await response.json()) as { item_id: string; task_id: string };
    expect(created).toMatchObject({ status: "pending", websocket_url: `/ws/${created.task_id}` });
    expect(created.item_id).toBe(created.task_id);
    expect(await server.client.call("task/get", { task_id: created.task_id })).toMatchObject({
      prompt: "Tidy up",
      status: "queued",
    });
  }
  for (const wrong of [{}, { task: "" }, { task: "x", no_wiggum: true }, { prompt: "x" }])
    expect((await server.post("/api/queue", wrong)).status).toBe(400);
});

it("seed 0's queue is listed in its words, and gives up a task under its own paths [req:queue.view, run.cancel-alias]", async () => {
  const list = async () => (await server.fetch("/api/queue")).json();
  const [first, second] = [await server.submit({ prompt: "one" }), await server.submit({ prompt: "two" })];
  const before = (await list()) as { pending: number; items: object[] };
  expect(before.items.slice(0, 2)).toMatchObject([
    { item_id: second, task: "two", status: "pending", run_id: null },
    { item_id: first, task: "one", status: "pending", run_id: null },
  ]);
  expect(await (await server.fetch("/api/state")).json()).toEqual({
    running: 0,
    queue_depth: before.pending,
  });
  const removed = await server.fetch(`/api/queue/${first}`, { method: "DELETE" });
  expect(await removed.json()).toMatchObject({ task_id: first, status: "cancelled" });
  expect((await server.post(`/api/run/${second}/cancel`, {})).status).toBe(200);
  const after = (await list()) as typeof before;
  expect(after.pending).toBe(before.pending - 2);
  expect(after.items.slice(0, 2)).toMatchObject([{ status: "cancelled" }, { status: "cancelled" }]);
});
