import { expect, it } from "vitest";
import { fakeServer } from "./support/fake-server.ts";
import { task, taskId } from "./support/samples.ts";
import { typed } from "./support/typed.ts";

const id = taskId("AAAA");

it("harness task rate says what a person thinks of a task [req:web-api.rating]", async () => {
  const rating = {
    value: "down",
    comment: "Too much",
    by: "operator",
    at: "2026-01-02T03:00:00.000Z",
  } as const;
  await using server = await fakeServer({
    "task/get": () => task(id, "done"),
    "task/rate": ({ rating: value }) => ({ task_id: id, rating: value && rating }),
  });
  const ran = await typed(["task", "rate", id, "down", "--comment", "Too much"], { url: server.url });
  expect(server.calls.at(-1)?.params).toEqual({ task_id: id, rating: "down", comment: "Too much" });
  expect(ran.out).toContain("rating\tdown\ncomment\tToo much");
  await using rated = await fakeServer({ "task/get": () => ({ ...task(id, "done"), rating }) });
  const page = await typed(["task", "show", id], { url: rated.url });
  expect(page.out).toContain("rating\tdown: Too much");
  const back = await typed(["task", "rate", id, "none"], { url: server.url });
  expect(server.calls.at(-1)?.params).toEqual({ task_id: id, rating: null });
  expect(back.out).toContain("rating\tnone");
  expect(await typed(["task", "rate", id, "meh"], { url: server.url })).toMatchObject({ code: 2 });
});

it("harness task prioritize changes the turn of a task [req:web-api.prioritize]", async () => {
  await using server = await fakeServer({
    "task/get": () => task(id, "queued"),
    "task/prioritize": () => ({ task_id: id, status: "queued", priority: 2 }),
  });
  const ran = await typed(["task", "prioritize", id, "2"], { url: server.url });
  expect(server.calls.at(-1)?.params).toEqual({ task_id: id, priority: 2 });
  expect(ran).toMatchObject({ code: 0, err: "" });
  expect(ran.out).toContain("priority\t2");
  expect(await typed(["task", "prioritize", id, "high"], { url: server.url })).toMatchObject({ code: 2 });
  expect(await typed(["task", "prioritize", id, "3"], { url: server.url })).toMatchObject({ code: 2 });
});
