import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approves, implementer } from "../scenarios/world.ts";
import { answerOf, type HostWorld, hostWorld, revisions } from "./host-world.ts";

describe.each(revisions)("a host that speaks %s and waits", (revision) => {
  let world: HostWorld;
  const submit = async (prompt = "Make sum add") =>
    (await world.client.call("task/create", { project: "app", prompt })).task_id;
  beforeAll(async () => {
    world = await hostWorld();
    // Tasks are taken and none is started.
    await world.client.call("project/update", { project: "app", active: false });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("is answered when its time is over, and the task goes on [req:mcp.wait]", async () => {
    const host = await world.host(revision);
    const task_id = await submit();
    const waited = await host.callTool({ name: "task_wait", arguments: { task_id, timeout_secs: 1 } });
    expect(answerOf(waited)).toMatchObject({ settled: false, task: { status: "queued" } });
  });

  it("is told at once of a task that has ended, and of one that is not there [req:mcp.wait]", async () => {
    const host = await world.host(revision);
    const task_id = await submit();
    await world.client.call("task/cancel", { task_id });
    const waited = await host.callTool({ name: "task_wait", arguments: { task_id } });
    expect(answerOf(waited)).toMatchObject({ settled: true, task: { status: "cancelled" } });
    const nobody = `task_${"0".repeat(26)}`;
    const missing = await host.callTool({ name: "task_wait", arguments: { task_id: nobody } });
    expect(answerOf(missing)).toMatchObject({ error: { code: "task_not_found" } });
    const wrong = await host.callTool({ name: "task_wait", arguments: { task: task_id } });
    expect(answerOf(wrong)).toMatchObject({ error: { code: "invalid_params" } });
  });

  it("is told when a resource it subscribed to changed, and of no other [req:mcp.subscribe]", async () => {
    const host = await world.host(revision);
    const [mine, other] = [await submit(), await submit()];
    const told: string[] = [];
    let heard = () => {};
    const first = new Promise<void>((resolve) => {
      heard = resolve;
    });
    host.setNotificationHandler("notifications/resources/updated", ({ params }) => {
      told.push(params.uri);
      heard();
    });
    const uri = `harness://tasks/${mine}`;
    if (revision === "2026-07-28") await host.listen({ resourceSubscriptions: [uri] });
    else await host.subscribeResource({ uri });
    await world.client.call("task/cancel", { task_id: other });
    await world.client.call("task/cancel", { task_id: mine });
    await first;
    expect(new Set(told)).toEqual(new Set([uri]));
  });

  it("calls tools by the names the seeds gave them [req:mcp.seed-names, mcp.seed0-tools]", async () => {
    const host = await world.host(revision);
    const run = answerOf(
      await host.callTool({ name: "run_task", arguments: { task: "Do it", project: "app" } }),
    );
    expect(run["run_id"]).toMatch(/^task_/);
    const found = await host.callTool({ name: "get_run", arguments: { run_id: run["run_id"] } });
    expect(answerOf(found)).toMatchObject({ run_id: run["run_id"], status: "queued" });
    const stopped = await host.callTool({
      name: "cancel_task",
      arguments: { task_id: run["run_id"], reason: "no" },
    });
    expect(answerOf(stopped)).toMatchObject({ status: "cancelled" });
    const names = (await host.listTools()).tools.map(({ name }) => name);
    expect(names).not.toContain("run_task");
    const recent = await host.readResource({ uri: "runs://recent" });
    expect(JSON.stringify(recent)).toContain(run["run_id"]);
  });

  it("speaks of a task as seed 3 did [req:mcp.seed3-tools]", async () => {
    const host = await world.host(revision);
    const call = async (name: string, given: object) =>
      answerOf(await host.callTool({ name, arguments: { ...given } }));
    const { task_id } = await call("start_coding_task", {
      goal: "Build a parser",
      answers: ["small"],
      project: "app",
    });
    expect(await call("get_task_status", { task_id })).toMatchObject({ id: task_id, status: "queued" });
    expect(await call("answer_requirement", { task_id, answer: "use zod" })).toMatchObject({ task_id });
    expect(await call("intervene_in_task", { task_id, guidance: "no classes" })).toMatchObject({ task_id });
    const { data } = await call("code_intern_get_logs", { task_id });
    expect(JSON.stringify(data)).toContain("no classes");
    for (const uri of ["logs://task/ID/execution", "tests://task/ID/module/a.ts", "report://task/ID"]) {
      const here = uri.replace("ID", String(task_id));
      const { contents } = await host.readResource({ uri: here });
      expect(contents).toMatchObject([{ uri: here }]);
      expect(JSON.stringify(contents)).toContain(task_id);
    }
    expect(await call("cancel_task", { task_id, reason: "enough" })).toMatchObject({ status: "cancelled" });
  });
});

describe("a host that gives up waiting", () => {
  it.each(revisions)("leaves the task running, over %s [req:mcp.wait]", async (revision) => {
    const agents = { writer: implementer("setInterval(() => {}, 1000);"), critic: approves };
    await using world = await hostWorld({ agents });
    const host = await world.host(revision);
    const { task_id } = await world.client.call("task/create", { project: "app", prompt: "x" });
    const enough = new AbortController();
    const waiting = host.callTool(
      { name: "task_wait", arguments: { task_id, timeout_secs: 3600 } },
      {
        signal: enough.signal,
        timeout: 60_000,
        onprogress: ({ message }) => {
          if (message?.startsWith("writer works")) enough.abort("enough");
        },
      },
    );
    await expect(waiting).rejects.toThrow();
    expect(await world.client.call("task/get", { task_id })).toMatchObject({ status: "implementing" });
    expect((await host.listTools()).tools.length).toBeGreaterThan(5);
    await world.client.call("task/cancel", { task_id });
  });
});
