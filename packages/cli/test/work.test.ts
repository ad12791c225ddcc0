import { expect, it } from "vitest";
import { fakeServer } from "./support/fake-server.ts";
import { task, taskId } from "./support/samples.ts";
import { typed } from "./support/typed.ts";

const id = taskId("AAAA");
const said = {
  number: 3,
  guidance: "Use tabs",
  actor: "person",
  created_at: "2026-01-02T03:00:00.000Z",
  delivered: null,
  delivered_at: null,
};

it("harness task intervene says something to work that goes on, and how it was heard [req:task.intervene]", async () => {
  await using server = await fakeServer({
    "task/get": () => task(id, "implementing"),
    "task/intervene": () => ({ task_id: id, status: "implementing", intervention: said }),
  });
  expect(await typed(["task", "intervene", id], { url: server.url })).toMatchObject({ code: 2 });
  const ran = await typed(["task", "intervene", id, "Use", "tabs"], { url: server.url });
  expect(server.calls.at(-1)?.params).toEqual({ task_id: id, guidance: "Use tabs" });
  expect(ran).toMatchObject({ code: 0, err: "" });
  expect(ran.out).toContain("heard\tnot yet: the next round is told");
  const page = await typed(["task", "show", id], { url: server.url });
  expect(page.out).toContain("1\tnot yet: the next round is told\tplain");
});

it("harness task results shows what was made, and lets nothing of it reach the terminal [req:task.results]", async () => {
  const figures = { test_pass_rate: 0.5, quality_score: null };
  const files = [{ path: "sum.js", kind: "code", status: "modified", shown: "whole" }] as const;
  await using server = await fakeServer({
    "task/results": () => ({
      task_id: id,
      status: "done",
      work_status: "completed",
      commit: "b".repeat(40),
      modules: [
        {
          name: "sum",
          description: "",
          status: "completed",
          iterations: 2,
          code: "one\u001b[31mline\n",
          tests: null,
          ...figures,
          files: [...files],
        },
      ],
    }),
  });
  const ran = await typed(["task", "results", id], { url: server.url });
  expect(ran.out).toContain("sum\tcompleted\t2\t50 %\t\tsum.js");
  expect(ran.out).toContain("sum, code:\none");
  expect(ran.out).not.toContain("\u001b");
});

it("harness task submit takes the answers to what a task begins with [req:task.answers]", async () => {
  await using server = await fakeServer({
    "task/create": () => ({
      task_id: id,
      status: "queued",
      execution_path: "task_runner",
      project_id: "proj_1",
      stream_url: `/tasks/${id}/stream`,
      websocket_url: `/ws/${id}`,
    }),
  });
  const ran = await typed(["task", "submit", "Add", "--answer", "Two numbers", "--answer", ""], {
    url: server.url,
  });
  expect(ran.code, ran.err).toBe(0);
  expect(server.calls.at(-1)?.params).toMatchObject({ answers: ["Two numbers", ""] });
});
