import { readFileSync } from "node:fs";
import type { TaskStatus } from "@harness/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimNext, endAttempt, getTask, transition } from "../../src/tasks/index.ts";
import { makeRepository, userGit } from "../support/git-fixture.ts";
import { approves, implementer, type World, world } from "./world.ts";

describe.each(["sqlite", "postgres"] as const)("the claim on %s", (database) => {
  let w: World;
  let now: number;
  beforeEach(async () => {
    now = Date.parse("2026-01-01T00:00:00Z");
    w = await world({
      start: false,
      database,
      clock: { now: () => now },
      config: "priority_ageing_secs = 60",
      project: { max_concurrent: 9 },
    });
    for (const id of ["b", "c"])
      await w.call("project/create", {
        root: makeRepository(w.path(id), { a: "1" }),
        id,
        validation: "none",
      });
  });
  afterEach(() => w[Symbol.asyncDispose]());

  const claim = (limit = 100) =>
    w.app.log.write((tx) =>
      claimNext(tx, { limit, ageingMs: 60_000, owner: "test", newId: w.app.operations.newId }),
    );
  const end = (attempt: string, task_id: string) =>
    w.app.log.write(async (tx) => {
      const task = await getTask(tx.db, task_id);
      const ended = await transition(tx, task, { type: "finish", status: "done", reason: "test" }, "test");
      await endAttempt(tx, ended, attempt, "succeeded", "test");
    });
  const submit = (project: string, priority = 0, prompt = `${project}${priority}`) =>
    w.submit({ project, priority, prompt });

  it("takes the highest priority first, then first in, first out [req:dispatch.priority]", async () => {
    for (const [priority, prompt] of [
      [0, "n1"],
      [2, "u1"],
      [0, "n2"],
      [1, "h1"],
      [2, "u2"],
    ] as const) {
      await submit("app", priority, prompt);
      now += 1;
    }
    const order: (string | undefined)[] = [];
    for (let n = 0; n < 6; n += 1) order.push((await claim())?.task.title);
    expect(order).toEqual(["u1", "u2", "h1", "n1", "n2", undefined]);
  });

  it("serves projects in turn, also one at a time [req:dispatch.fair]", async () => {
    for (const project of ["app", "app", "app", "app", "b", "b", "c"]) {
      await submit(project);
      now += 1;
    }
    const order: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      const next = await claim(1);
      expect(await claim(1)).toBeUndefined();
      order.push(next!.task.title[0]!);
      await end(next!.attempt.id, next!.task.id);
    }
    expect(order.join("")).toBe("abcabaa");
  });

  it("gives the next place to the project with the fewest running [req:dispatch.fair]", async () => {
    for (const project of ["app", "app", "app", "b", "c"]) await submit(project);
    const order: string[] = [];
    for (let n = 0; n < 5; n += 1) order.push((await claim())!.task.title[0]!);
    expect(order.slice(0, 3).sort().join("")).toBe("abc");
    expect(order.slice(3).join("")).toBe("aa");
  });

  it("lets waiting raise a priority, so that nothing starves [req:dispatch.ageing]", async () => {
    const old = await submit("app", 0, "old");
    now += 2 * 60_000 + 1;
    await submit("app", 1, "young");
    expect((await claim())?.task.id).toBe(old);
  });

  it("counts limits of a project and of all in the claim itself [req:dispatch.limits-live]", async () => {
    await w.call("project/update", { project: "app", max_concurrent: 1 });
    for (const project of ["app", "app", "b", "b"]) await submit(project);
    const claims = await Promise.all([claim(2), claim(2), claim(2), claim(2)]);
    expect(claims.filter(Boolean)).toHaveLength(2);
    expect(await claim(3)).toMatchObject({ task: { title: "b0" } });
    expect(await claim(4)).toBeUndefined();
  });

  it("leaves a task alone until its time and until its last attempt is cleaned up [req:dispatch.not-before]", async () => {
    const id = await submit("app");
    const first = await claim();
    expect(first?.attempt).toMatchObject({ number: 1, fence: 1 });
    await w.app.log.write(async (tx) =>
      transition(tx, await getTask(tx.db, id), { type: "requeue", reason: "test" }, "test", {
        not_before: now + 5,
      }),
    );
    now += 5;
    expect(await claim()).toBeUndefined();
    await w.app.log.write(async (tx) =>
      endAttempt(tx, await getTask(tx.db, id), first!.attempt.id, "failed", "test"),
    );
    now -= 1;
    expect(await claim()).toBeUndefined();
    now += 1;
    expect((await claim())?.attempt).toMatchObject({ number: 2, fence: 2 });
  });

  it("passes over a project that is switched off [req:dispatch.inactive]", async () => {
    await submit("app");
    await w.call("project/update", { project: "app", active: false });
    expect(await claim()).toBeUndefined();
    await w.call("project/update", { project: "app", active: true });
    expect(await claim()).toBeDefined();
  });
});

describe("dispatch", () => {
  it("never passes a limit at any moment, over two projects [req:dispatch.limits-live]", async () => {
    await using w = await world({
      config: "[concurrency]\nmax_concurrent_tasks = 3\n[agents.review]\nenabled = false",
      project: { validation: "none", max_concurrent: 2 },
    });
    const root = makeRepository(w.path("b"), { a: "1" });
    await w.call("project/create", { root, id: "b", validation: "none", max_concurrent: 2 });
    const ids = await Promise.all(
      ["app", "app", "app", "app", "b", "b", "b"].map((project) => w.submit({ project, agent: "writer" })),
    );
    const tasks = await Promise.all(ids.map((id) => w.settled(id)));
    expect(tasks.map((task) => task.status)).toEqual(ids.map(() => "done"));
    const live = new Map<string, string>();
    let most = 0;
    for (const event of await w.app.log.read({
      afterSeq: 0,
      filter: { types: ["attempt.started", "attempt.ended"] },
    })) {
      if (event.type === "attempt.started") live.set(event.data.attempt_id, event.project_id!);
      if (event.type === "attempt.ended") live.delete(event.data.attempt_id);
      most = Math.max(most, live.size);
      for (const project of new Set(live.values()))
        expect([...live.values()].filter((one) => one === project).length).toBeLessThanOrEqual(2);
    }
    expect(most).toBe(3);
  });

  it("starts a dependent task from the other's result [req:dispatch.dependency]", async () => {
    const writer = implementer(
      `if (prompt.includes("second")) write("second.txt", fs.readFileSync("first.txt", "utf8") + "2"); else write("first.txt", "1");`,
    );
    await using w = await world({ agents: { writer, critic: approves }, project: { validation: "none" } });
    const first = await w.submit({ prompt: "first" });
    const second = await w.submit({ prompt: "second", depends_on: [first] });
    const waiting = await w.call("task/get", { task_id: second });
    expect(waiting).toMatchObject({
      status: "waiting",
      block_reason: { code: "dependency", needs: "dependency" },
    });
    await expect(w.call("task/unblock", { task_id: second })).rejects.toMatchObject({
      code: "illegal_transition",
    });
    const one = await w.settled(first);
    await w.event((event) => event.type === "task.ended" && event.task_id === second);
    const two = await w.settled(second);
    expect(two).toMatchObject({ status: "done", base_sha: one.head_sha, depends_on: [first] });
    expect(userGit(w.root, "show", `${two.branch}:second.txt`)).toBe("12");
    expect(two.changes?.files).toBe(1);
  });

  it("says which failed task another waits for, and goes on when that one is retried [req:dispatch.dependency-failed]", async () => {
    const writer = implementer(
      `if (prompt.includes("second") || fs.existsSync("tried")) { fs.appendFileSync("ok.txt", "ok"); say("ok"); } else { write("tried", "1"); process.exit(3); }`,
    );
    await using w = await world({ agents: { writer, critic: approves }, project: { validation: "none" } });
    const first = await w.submit({ prompt: "first" });
    const second = await w.submit({ prompt: "second", depends_on: [first] });
    expect(await w.settled(first)).toMatchObject({ status: "failed", error: { code: "agent_exit" } });
    const reason = (await w.call("task/get", { task_id: second })).block_reason;
    expect(reason).toMatchObject({
      code: "dependency_failed",
      needs: "person",
      unblock: [`harness task retry ${first}`],
    });
    expect(reason?.message).toContain("ended failed");
    const third = await w.submit({ prompt: "third", depends_on: [first] });
    expect((await w.call("task/get", { task_id: third })).block_reason?.code).toBe("dependency_failed");
    await w.call("task/retry", { task_id: first });
    expect((await w.call("task/get", { task_id: second })).block_reason?.code).toBe("dependency");
    for (const id of [first, second, third]) {
      await w.event(
        (event) => event.type === "task.ended" && event.task_id === id && event.data.status === "done",
      );
      expect((await w.settled(id)).status).toBe("done" satisfies TaskStatus);
    }
  });

  it("refuses and records the write of an attempt that was overtaken [req:dispatch.fence]", async () => {
    const writer = implementer(
      `say("working"); write("half.txt", "x"); setInterval(() => say("still here"), 20);`,
    );
    await using w = await world({ agents: { writer, critic: approves } });
    const id = await w.submit();
    const started = await w.event((event) => event.type === "message.delta" && event.task_id === id);
    const attempt = (await w.call("task/get", { task_id: id })).attempt_history[0]!;
    await w.app.log.write(async (tx) => {
      await tx.db
        .updateTable("tasks")
        .set({ fence: 2, current_attempt_id: "att_other" })
        .where("id", "=", id)
        .execute();
    });
    const rejected = await w.event(
      (event) => event.type === "attempt.fence_rejected" && event.task_id === id,
    );
    expect(rejected.data).toMatchObject({ attempt_id: attempt.id, fence: 1, current: 2 });
    expect(rejected.seq).toBeGreaterThan(started.seq);
    await w.event((event) => event.type === "attempt.ended" && event.data.attempt_id === attempt.id);
    const task = await w.call("task/get", { task_id: id });
    expect(task).toMatchObject({ status: "implementing", head_sha: null, fence: 2 });
    expect(task.attempt_history).toMatchObject([{ status: "superseded" }]);
    const after = await w.app.log.read({ afterSeq: rejected.seq, filter: { task_id: id } });
    // Nothing of the attempt is taken any more; what it had open is closed.
    const closing = [
      "attempt.fence_rejected",
      "turn.ended",
      "thread.status_changed",
      "stage.ended",
      "attempt.ended",
    ];
    expect(after.filter((event) => !closing.includes(event.type))).toEqual([]);
    expect(task.turns).toMatchObject([{ status: "failed", failure: { code: "crashed" } }]);
    expect(readFileSync(`${w.root}/sum.js`, "utf8")).toContain("a - b");
  });
});
