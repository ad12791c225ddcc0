import type { OperationName } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRepository } from "../support/git-fixture.ts";
import { type World, world } from "./world.ts";

describe.each(["sqlite", "postgres"] as const)("a request on %s", (database) => {
  let w: World;
  beforeAll(async () => {
    w = await world({ start: false, database, config: "[concurrency]\nmax_queued_tasks = 60" });
  });
  afterAll(() => w[Symbol.asyncDispose]());

  const tasks = async () => (await w.call("task/list", { counts: true })).counts.total;

  it("repeated under the same key is the same task [req:requests.idempotency]", async () => {
    const request = { prompt: "Make sum add", labels: ["a"], idempotency_key: "key-1" };
    const first = await w.call("task/create", request);
    const before = await tasks();
    expect(await w.call("task/create", request)).toEqual(first);
    const both = await Promise.all(
      [1, 2, 3].map(() => w.call("task/create", { ...request, idempotency_key: "key-2" })),
    );
    expect(new Set(both.map((one) => one.task_id)).size).toBe(1);
    expect(await tasks()).toBe(before + 1);
    const batch = { tasks: [{ prompt: "x" }, { prompt: "y" }], idempotency_key: "key-1" };
    const many = await w.call("task/create_batch", batch);
    expect(await w.call("task/create_batch", batch)).toEqual(many);
    expect(await tasks()).toBe(before + 3);
  });

  it("for something else under a used key is refused [req:requests.idempotency-conflict]", async () => {
    await w.call("task/create", { prompt: "one", idempotency_key: "key-3" });
    await expect(w.call("task/create", { prompt: "two", idempotency_key: "key-3" })).rejects.toMatchObject({
      code: "idempotency_conflict",
      details: { field: "idempotency_key" },
    });
    await expect(
      w.call("task/create", { prompt: "one", priority: 1, idempotency_key: "key-3" }),
    ).rejects.toMatchObject({ code: "idempotency_conflict" });
  });

  it("of many tasks is accepted or refused one by one [req:requests.batch]", async () => {
    const before = await tasks();
    const results = await w.call("task/create_batch", {
      project: "app",
      max_rounds: 2,
      tasks: [
        { prompt: "good" },
        { prompt: "no such project", project: "nowhere" },
        { description: "described", priority: 2 },
        { prompt: "later", issue: 7 },
        { title: "without a prompt" },
        { prompt: "bad agent", agent: "nobody" },
      ],
    });
    expect(results.map((one) => ("error" in one ? one.error.code : one.status))).toEqual([
      "queued",
      "project_not_found",
      "queued",
      "capability_missing",
      "invalid_params",
      "agent_not_found",
    ]);
    expect(await tasks()).toBe(before + 2);
    const described = results[2]!;
    const task =
      "task_id" in described ? await w.call("task/get", { task_id: described.task_id }) : undefined;
    expect(task).toMatchObject({
      prompt: "described",
      priority: 2,
      request: { max_rounds: 2, project: "app" },
    });
  });

  it.each([
    ["task/create", { prompt: "x", prio: 1 }, "prio"],
    ["task/create", { prompt: "x", priority: "high" }, "priority"],
    ["task/create", { prompt: "x", priority: 3 }, "priority"],
    ["task/create", { prompt: "" }, "prompt"],
    ["task/create", {}, "prompt"],
    ["task/create", { prompt: "   " }, "prompt"],
    ["task/create", { prompt: "x", depends_on: ["task_1"] }, "depends_on.0"],
    ["task/create", { prompt: "x", max_budget_usd: -1 }, "max_budget_usd"],
    ["task/create", { prompt: "x", labels: [""] }, "labels.0"],
    ["task/create_batch", { tasks: [{ prompt: "x", nope: 1 }] }, "tasks.0.nope"],
    ["task/create_batch", { tasks: [] }, "tasks"],
    ["task/create_batch", {}, "tasks"],
    ["task/get", { task_id: "../../etc/passwd" }, "task_id"],
    ["task/cancel", {}, "task_id"],
    ["task/list", { status: ["finished"] }, "status.0"],
    ["task/list", { limit: 0 }, "limit"],
    ["project/create", { root: "/", sandbox: "none" }, "sandbox"],
    ["project/update", { project: "app", base_branch: "x;id" }, "base_branch"],
  ] as const)("%s %j is refused, naming %s [req:requests.unknown-field]", async (name, params, field) => {
    const before = await tasks();
    const refused = await w.call(name as OperationName, params as never).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "invalid_params", details: { field } });
    expect(await tasks()).toBe(before);
  });

  it.each([
    ["issue", { prompt: "x", issue: 7 }],
    ["pr", { prompt: "x", pr: 7 }],
    ["repo", { prompt: "x", repo: "a/b" }],
    ["wait_secs", { prompt: "x", wait_secs: 5 }],
  ])("that needs %s is refused by name, not half done [req:requests.capability]", async (field, params) => {
    const before = await tasks();
    await expect(w.call("task/create", params)).rejects.toMatchObject({
      code: "capability_missing",
      details: { field },
    });
    expect(await tasks()).toBe(before);
  });

  it("for issues in a batch is refused as a whole [req:requests.capability]", async () => {
    await expect(w.call("task/create_batch", { issues: [1, 2] })).rejects.toMatchObject({
      code: "capability_missing",
      details: { field: "issues" },
    });
  });

  it("that names an unknown project, agent or task says which [req:requests.not-found]", async () => {
    const missing = "task_01JD0000000000000000000000";
    await expect(w.call("task/create", { prompt: "x", project: "nowhere" })).rejects.toMatchObject({
      code: "project_not_found",
      details: { field: "project", got: "nowhere" },
    });
    await expect(w.call("task/create", { prompt: "x", agent: "nobody" })).rejects.toMatchObject({
      code: "agent_not_found",
      details: { field: "agent" },
    });
    await expect(w.call("task/create", { prompt: "x", reviewer: "nobody" })).rejects.toMatchObject({
      code: "agent_not_found",
      details: { field: "reviewer" },
    });
    await expect(w.call("task/create", { prompt: "x", depends_on: [missing] })).rejects.toMatchObject({
      code: "task_not_found",
      details: { field: "depends_on" },
    });
    for (const name of ["task/get", "task/cancel", "task/proof", "task/diff", "task/prompts"] as const)
      await expect(w.call(name, { task_id: missing })).rejects.toMatchObject({ code: "task_not_found" });
  });

  it("for the proof of a task in flight is told to come later [req:requests.not-finished]", async () => {
    const task_id = await w.submit();
    await expect(w.call("task/proof", { task_id })).rejects.toMatchObject({ code: "not_finished" });
  });

  it("is stored whole, and found again by filter and page [req:requests.stored, requests.paging]", async () => {
    const request = {
      prompt: "Make sum add\nand more",
      title: "T",
      labels: ["x", "y"],
      source: "chat",
      external_id: "42",
      max_turns: 9,
      turn_timeout_secs: 77,
      agent: "writer",
      reviewer: "critic",
    };
    const { task_id } = await w.call("task/create", request);
    const task = await w.call("task/get", { task_id });
    const { max_turns: _turns, turn_timeout_secs: _secs, reviewer: _reviewer, ...shown } = request;
    expect(task).toMatchObject({ ...shown, request });
    const found = await w.call("task/list", { label: "y", source: "chat", status: ["queued"], counts: true });
    expect(found.data.map((one) => one.id)).toEqual([task_id]);
    expect(found.counts).toMatchObject({ exact: true, total: 1 });
    const ids: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await w.call("task/list", { limit: 3, ...(cursor === undefined ? {} : { cursor }) });
      ids.push(...page.data.map((one) => one.id));
      if (!page.page.has_more) break;
      cursor = page.page.next_cursor!;
    }
    expect(ids).toHaveLength(await tasks());
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
    await expect(w.call("task/list", { cursor: "nonsense" })).rejects.toMatchObject({
      code: "invalid_cursor",
    });
  });

  it("is refused as overloaded when enough tasks wait [req:requests.overloaded]", async () => {
    for (;;) {
      const refused = await w.submit().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (refused === undefined) continue;
      expect(refused).toMatchObject({ code: "overloaded", details: { retry_after_s: 60 } });
      break;
    }
    const page = await w.call("task/list", { status: ["queued", "waiting"], limit: 1, counts: true });
    expect(page.counts.total).toBe(60);
    await w.call("task/cancel", { task_id: page.data[0]!.id });
    await w.submit();
  });

  it("without a project works only when it is clear which one is meant [req:requests.default-project]", async () => {
    await w.call("task/cancel", {
      task_id: (await w.call("task/list", { status: ["queued"], limit: 1 })).data[0]!.id,
    });
    await w.call("project/create", { root: makeRepository(w.path("other"), { a: "1" }), id: "other" });
    await expect(w.submit()).rejects.toMatchObject({
      code: "project_not_found",
      details: { field: "project" },
    });
    await w.call("project/update", { project: "other", default: true });
    expect((await w.call("task/get", { task_id: await w.submit() })).project).toBe("other");
  });
});
