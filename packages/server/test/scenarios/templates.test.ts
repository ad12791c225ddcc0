import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { makeRepository, userGit } from "../support/git-fixture.ts";
import { approves, implementer, sumCheck, sumFiles, world } from "./world.ts";

describe("a template", () => {
  it("is set, listed and removed per project [req:template.settings]", async () => {
    await using w = await world({ start: false });
    const set = { project: "app", name: "fix", prompt: "Fix: {{prompt}}" };
    expect(await w.call("template/set", { ...set, max_turns: 3 })).toEqual({
      name: "fix",
      prompt: "Fix: {{prompt}}",
      max_turns: 3,
    });
    await w.call("template/set", { ...set, name: "a", agent: "writer" });
    await w.call("template/set", set);
    expect((await w.call("template/list", { project: "app" })).data).toEqual([
      { name: "a", prompt: "Fix: {{prompt}}", agent: "writer" },
      { name: "fix", prompt: "Fix: {{prompt}}" },
    ]);
    expect((await w.call("project/get", { project: "app" })).settings.templates).toHaveProperty("fix");
    await w.call("project/update", { project: "app", max_concurrent: 1 });
    expect((await w.call("template/list", { project: "app" })).data).toHaveLength(2);
    await w.call("template/remove", { project: "app", name: "a" });
    const gone = {
      code: "template_not_found",
      message: "Project app has no template a. It has: fix.",
      details: { field: "template", got: "a", allowed: ["fix"] },
    };
    await expect(w.call("template/remove", { project: "app", name: "a" })).rejects.toMatchObject({
      ...gone,
      details: { ...gone.details, field: "name" },
    });
    await expect(w.call("task/create", { prompt: "x", template: "a" })).rejects.toMatchObject(gone);
    await expect(w.call("task/create", { prompt: "x", template: "constructor" })).rejects.toMatchObject({
      code: "template_not_found",
    });
    expect(await w.call("task/create_batch", { tasks: [{ prompt: "x", template: "a" }] })).toMatchObject([
      { error: { code: "template_not_found" } },
    ]);
    for (const [name, more] of [
      ["__proto__", {}],
      ["x", { agent: "nobody" }],
      ["x", { prompt: "" }],
      ["x", { max_turns: 0 }],
    ] as const)
      await expect(w.call("template/set", { ...set, name, ...more })).rejects.toMatchObject({
        code: expect.stringMatching(/invalid_params|agent_not_found/),
      });
    for (let at = 1; at < 50; at += 1) await w.call("template/set", { ...set, name: `t${at}` });
    await expect(w.call("template/set", { ...set, name: "more" })).rejects.toMatchObject({
      code: "invalid_params",
      details: { field: "name" },
    });
    await w.call("template/set", { ...set, name: "t1", prompt: "changed" });
  });

  it("fills in the task as it was when the task was submitted [req:list.templates, template.frozen]", async () => {
    await using w = await world({ start: false });
    await w.call("template/set", {
      project: "app",
      name: "fix",
      prompt: "# {{title}}\n\n{{prompt}}\n\nAdd a test. {{other}}",
      agent: "writer",
      reviewer: "critic",
      priority: 1,
      labels: ["night", "x"],
    });
    await w.call("template/set", { project: "app", name: "bare", prompt: "Be short.\n" });
    const task_id = await w.submit({
      prompt: "Sum {{title}} $& is wrong\nvery",
      template: "fix",
      labels: ["x", "y"],
      reviewer: "writer",
    });
    const bare = await w.submit({ prompt: "Do it", template: "bare" });
    await w.call("template/set", { project: "app", name: "fix", prompt: "Something else" });
    await w.call("template/remove", { project: "app", name: "bare" });
    const task = await w.call("task/get", { task_id });
    expect(task).toMatchObject({
      title: "Sum {{title}} $& is wrong",
      prompt: "# Sum {{title}} $& is wrong\n\nSum {{title}} $& is wrong\nvery\n\nAdd a test. {{other}}",
      agent: "writer",
      priority: 1,
      labels: ["night", "x", "y"],
      request: {
        template: "fix",
        reviewer: "writer",
        asked: {
          prompt: "Sum {{title}} $& is wrong\nvery",
          template: "fix",
          labels: ["x", "y"],
          reviewer: "writer",
        },
      },
    });
    expect(await w.call("task/get", { task_id: bare })).toMatchObject({
      title: "Do it",
      prompt: "Be short.\n\nDo it",
    });
    await w.call("template/set", { project: "app", name: "large", prompt: "x".repeat(65_536) });
    await expect(w.submit({ prompt: "y".repeat(250_000), template: "large" })).rejects.toMatchObject({
      code: "invalid_params",
      details: { field: "prompt" },
    });
  });

  it("gives limits that lie between the task's and the server's [req:template.limits, list.every-limit]", async () => {
    await using w = await world({
      start: false,
      config:
        "max_turns = 9\nmax_budget_usd = 9.0\nmax_tokens = 9\nmax_wall_secs = 90\nno_progress_turns = 9",
    });
    await w.call("template/set", {
      project: "app",
      name: "t",
      prompt: "x",
      max_turns: 5,
      max_budget_usd: 5,
      max_rounds: 2,
      max_wall_secs: 50,
      no_progress_turns: 5,
      same_failure_times: 6,
      max_wait_secs: 70,
    });
    const text = "- a template:t max:$1 wall:1m wait:1h\n- b template:t\n- c\n";
    const { tasks } = await w.call("task/submit_list", { text, dry_run: true });
    expect(
      tasks.map(({ limits }) => [
        limits.max_budget_usd,
        limits.max_turns,
        limits.max_tokens,
        limits.max_rounds,
        limits.max_wall_secs,
        limits.no_progress_turns,
        limits.same_failure_times,
        limits.max_wait_secs,
      ]),
    ).toEqual([
      [1, 5, 9, 2, 60, 5, 6, 3600],
      [5, 5, 9, 2, 50, 5, 6, 70],
      [9, 9, 9, 3, 90, 9, 3, 604_800],
    ]);
    const { tasks: stored } = await w.call("task/submit_list", { text });
    const settings = await w.app.storage.reader
      .selectFrom("tasks")
      .select(["id", "settings"])
      .orderBy("id")
      .execute();
    const limits = settings.map((row): unknown => JSON.parse(row.settings));
    expect(limits).toMatchObject([
      { max_budget_usd: 1, max_turns: 5, max_wall_secs: 60, max_wait_ms: 3_600_000 },
      { max_budget_usd: 5, max_rounds: 2 },
      { max_budget_usd: 9, max_turns: 9 },
    ]);
    expect(stored.map(({ prompt }) => prompt)).toEqual(["x\n\na", "x\n\nb", "c"]);
  });

  it("of the project's own file counts once approved, and raises no limit [req:template.project-file]", async () => {
    const file = (text: string) => ({ ...sumFiles, ".harness/config.toml": text });
    await using w = await world({
      start: false,
      files: file(
        '[templates.fix]\nprompt = "File: {{prompt}}"\nlabels = ["file"]\n[templates.own]\nprompt = "Own"\n',
      ),
    });
    const { settings, file: state } = await w.call("project/get", { project: "app" });
    expect(settings.templates).toEqual({});
    await w.call("template/set", { project: "app", name: "fix", prompt: "Mine", max_budget_usd: 1 });
    const approved = await w.call("project/approve_file", { project: "app", sha256: state.sha256! });
    expect(approved.settings.templates).toEqual({
      fix: { prompt: "File: {{prompt}}", labels: ["file"], max_budget_usd: 1 },
      own: { prompt: "Own" },
    });
    for (const [line, field] of [
      ["max_turns = 3", "max_turns"],
      ["priority = 2", "priority"],
      ["turn_timeout_secs = 9", "turn_timeout_secs"],
      ["max_wall_secs = 9", "max_wall_secs"],
      ["max_wait_secs = 9", "max_wait_secs"],
      ["no_progress_turns = 9", "no_progress_turns"],
      ["same_failure_times = 9", "same_failure_times"],
    ]) {
      mkdirSync(path.join(w.root, ".harness"), { recursive: true });
      writeFileSync(path.join(w.root, ".harness/config.toml"), `[templates.x]\nprompt = "x"\n${line}\n`);
      userGit(w.root, "commit", "-aqm", "more");
      await expect(w.call("project/detect", { root: w.root })).rejects.toMatchObject({
        code: "config_invalid",
        message: expect.stringContaining(`:3:1: templates.x.${field} is not a setting.`),
        details: { hint: "A project's own file cannot set it; the operator's configuration can." },
      });
    }
  });
});

it("runs a list over two projects, each task after what it waits for [req:list.cross-project, list.submit]", async () => {
  const right = `write("sum.js", "module.exports = (a, b) => a + b;\\n"); say("done");`;
  await using w = await world({ agents: { writer: implementer(right), critic: approves } });
  await w.call("project/create", {
    root: makeRepository(w.path("web"), sumFiles),
    id: "web",
    validation: [sumCheck],
  });
  const { tasks } = await w.call("task/submit_list", {
    text: "# agent:writer reviewer:critic\n- first #a @app\n- last after:b @app\n- second #b @web after:a\n",
  });
  const done = await Promise.all(tasks.map(({ task_id }) => w.settled(task_id!)));
  // What waits is settled too; the last one in the chain ends last.
  const ended = await w.event((event) => event.type === "task.ended" && event.task_id === tasks[1]!.task_id);
  expect(ended).toMatchObject({ data: { status: "done" } });
  const [first, last, second] = await Promise.all(done.map(({ id }) => w.call("task/get", { task_id: id })));
  expect([first?.status, second?.status, last?.status]).toEqual(["done", "done", "done"]);
  expect(second!.started_at! >= first!.finished_at!).toBe(true);
  expect(last!.started_at! >= second!.finished_at!).toBe(true);
});
