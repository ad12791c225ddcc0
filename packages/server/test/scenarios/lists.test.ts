import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readList } from "../../src/lists/index.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { sumCheck, sumFiles, type World, world } from "./world.ts";

describe.each(["sqlite", "postgres"] as const)("a list on %s", (database) => {
  let w: World;
  beforeAll(async () => {
    w = await world({
      start: false,
      database,
      project: { max_concurrent: 2 },
      config: "[concurrency]\nmax_queued_tasks = 200",
    });
    const root = makeRepository(w.path("web"), sumFiles);
    await w.call("project/create", { root, id: "web", validation: [sumCheck] });
  });
  afterAll(() => w[Symbol.asyncDispose]());

  const count = async () => (await w.call("task/list", { counts: true })).counts.total;
  const submit = (text: string, more: Partial<Parameters<typeof send>[0]> = {}) =>
    send({ text, project: "app", ...more });
  const send = (params: Parameters<typeof w.call<"task/submit_list">>[1]) =>
    w.call("task/submit_list", params);

  it("warns of dollars for an agent that reports no costs, and of nothing else [req:list.cost-warning]", async () => {
    const { warnings } = await submit(
      "- a max:$1 agent:codex\n- b agent:codex\n- c max:$2 agent:claude\n- d max:$2 reviewer:codex\n- e max:$1",
      { dry_run: true },
    );
    expect(warnings).toEqual([
      {
        items: [1, 4],
        message: expect.stringMatching(/^codex does not report costs: .* Limit its tokens instead\.$/),
      },
    ]);
  });

  it("becomes tasks of one list, in its order [req:list.submit, list.filter, list.cross-project]", async () => {
    const result = await submit(
      "- a after:3 priority:2\n- b label:x max:$1.50\n- c #c @web timeout:10m\n  more\n- d after:c,2\n",
    );
    expect(result).toMatchObject({
      dry_run: false,
      format: "markdown",
      problems: [],
      totals: { tasks: 4, projects: 2 },
    });
    const ids = result.tasks.map(({ task_id }) => task_id!);
    expect([...ids].sort()).toEqual(ids);
    expect(result.tasks.map(({ status, depends_on }) => [status, depends_on])).toEqual([
      ["waiting", [ids[2]]],
      ["queued", []],
      ["queued", []],
      ["waiting", [ids[1], ids[2]].sort()],
    ]);
    const listed = await w.call("task/list", { list_id: result.list_id! });
    expect(listed.data.map(({ id }) => id).sort()).toEqual(ids);
    const task = await w.call("task/get", { task_id: ids[2]! });
    expect(task).toMatchObject({
      list_id: result.list_id,
      project: "web",
      title: "c",
      prompt: "c\nmore",
    });
    const waiting = await w.call("task/get", { task_id: ids[0]! });
    expect(waiting).toMatchObject({
      priority: 2,
      block_reason: { code: "dependency" },
      depends_on: [ids[2]],
    });
    expect(await w.call("task/get", { task_id: ids[1]! })).toMatchObject({
      labels: ["x"],
      request: { max_budget_usd: 1.5 },
    });
  });

  it("shows order and limits when it is only tried, and stores nothing [req:list.dry-run, list.order]", async () => {
    const [before, seq] = [await count(), w.app.log.headSeq];
    const result = await submit(
      "- a after:4\n- b priority:high max:$2 turns:5\n- c max:$1 rounds:1\n- d @web max:$0.1 tokens:1k\n- [x] e\n",
      { dry_run: true },
    );
    expect(result).toMatchObject({
      list_id: null,
      dry_run: true,
      totals: { tasks: 4, max_budget_usd: null, max_tokens: null },
    });
    expect(result.order.map(({ item, wave, text }) => [item, wave, text])).toEqual([
      [2, 1, "now"],
      [4, 1, "now"],
      [3, 1, "now"],
      [1, 2, "after #4"],
    ]);
    expect(
      result.tasks.map(({ order, limits }) => [
        order,
        limits.max_budget_usd,
        limits.max_turns,
        limits.max_rounds,
        limits.turn_timeout_secs,
      ]),
    ).toEqual([
      [4, null, null, 3, 3600],
      [1, 2, 5, 3, 3600],
      [3, 1, null, 1, 3600],
      [2, 0.1, null, 3, 3600],
    ]);
    expect(result.skipped).toEqual([{ line: 5, item: 5, text: "e", reason: "checked" }]);
    expect([await count(), w.app.log.headSeq]).toEqual([before, seq]);
    const capped = await submit("- a max:$0.10\n- b max:$0.20 tokens:5", {
      dry_run: true,
      defaults: { max_tokens: 10 },
    });
    expect(capped.totals).toMatchObject({ max_budget_usd: 0.3, max_tokens: 15 });
  });

  it("is submitted whole or not at all, with every problem [req:list.all-or-nothing, list.problems]", async () => {
    const before = await count();
    const text =
      "- fine\n- b @nowhere\n- c agent:nobody\n- d template:none\n- e after:task_01M7YZDJK2DRCQZ5VY2DW60000\n- f priorty:1\n";
    const error = await submit(text).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "list_invalid",
      message: expect.stringContaining("Line 2: There is no project nowhere"),
    });
    expect(error).toMatchObject({
      details: {
        issues: [
          { line: 2, column: 5, field: "project" },
          {
            line: 3,
            column: 5,
            field: "agent",
            message: expect.stringContaining("There is no agent nobody"),
          },
          {
            line: 4,
            column: 5,
            field: "template",
            message: expect.stringContaining("Project app has no template none"),
          },
          { line: 5, column: 5, field: "depends_on" },
          { line: 6, column: 5, hint: expect.stringContaining("priority:1") },
        ],
      },
    });
    expect(await count()).toBe(before);
    const tried = await submit(text, { dry_run: true });
    expect(tried.problems.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6]);
    expect(tried.tasks).toEqual([]);
  });

  it("refuses a circle and shows the way around [req:list.circles]", async () => {
    await expect(submit("- a #x after:3\n- b after:x\n- c after:2")).rejects.toMatchObject({
      code: "list_invalid",
      message: expect.stringContaining("#1 x → #3 → #2 → #1 x"),
    });
  });

  it("sent again under its key is the same list [req:list.idempotency]", async () => {
    const before = await count();
    const [first, second] = await Promise.all(
      [1, 2].map(() => submit("- a\n- b", { idempotency_key: "night" })),
    );
    expect(second).toEqual(first);
    expect(await count()).toBe(before + 2);
    await expect(submit("- a", { idempotency_key: "night" })).rejects.toMatchObject({
      code: "idempotency_conflict",
    });
  });

  it("takes what is said for all of it, and the item's own word wins [req:list.yaml]", async () => {
    const { tasks } = await submit(
      "defaults: {priority: 1, labels: [file], max_turns: 4}\ntasks:\n- prompt: a\n- {prompt: b, priority: 2, labels: [own], project: web}\n",
      { dry_run: true, defaults: { priority: 0, labels: ["caller"], max_turns: 9, max_attempts: 1 } },
    );
    expect(
      tasks.map(({ priority, labels, project, limits }) => [
        priority,
        labels,
        project,
        limits.max_turns,
        limits.max_attempts,
      ]),
    ).toEqual([
      [1, ["caller", "file"], "app", 4, 1],
      [2, ["caller", "file", "own"], "web", 4, 1],
    ]);
  });

  it("is refused when it is too large, or the queue is full [req:list.limits]", async () => {
    await expect(submit(`- ${"ä".repeat(600_000)}`)).rejects.toMatchObject({
      code: "invalid_params",
      details: { field: "text" },
    });
    const before = await count();
    await expect(submit(Array.from({ length: 250 }, (_, at) => `- ${at}`).join("\n"))).rejects.toMatchObject({
      code: "overloaded",
    });
    expect(await count()).toBe(before);
  });

  it("keeps waiting on what failed, and says so [req:list.order]", async () => {
    const task_id = await w.submit({ project: "app" });
    await w.call("task/cancel", { task_id });
    const tried = await submit(`- a after:${task_id}\n- b after:1`, { dry_run: true });
    expect(tried.order.map(({ wave, text }) => [wave, text])).toEqual([
      [null, `when ${task_id} is retried`],
      [null, "after #1"],
    ]);
    const { tasks } = await submit(`- b after:2\n- a after:${task_id}`);
    expect(tasks.map(({ status, order }) => [status, order])).toEqual([
      ["waiting", null],
      ["waiting", null],
    ]);
  });
});

it("of the example over three projects is read [req:list.example]", () => {
  const file = path.join(import.meta.dirname, "../../../../examples/overnight/tasks.md");
  const { items, problems, skipped } = readList(readFileSync(file, "utf8"), "markdown");
  expect(problems).toEqual([]);
  expect(items.map(({ request, after, key }) => [request.project, request.max_tokens, after, key])).toEqual([
    ["api", 2_000_000, [], "rate-limit"],
    ["api", 2_000_000, [1], null],
    ["web", 1_000_000, [1], null],
    ["web", 200_000, [], null],
    ["docs", undefined, [], null],
  ]);
  expect(items[4]?.request).toMatchObject({ max_budget_usd: 1, max_attempts: 2 });
  expect(items[2]?.request.prompt).toContain("// priority:2 and @api in here are code, not tags.");
  expect(skipped.map(({ reason }) => reason)).toEqual(["not_an_item", "checked"]);
});
