import { operations } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerOf, type HostWorld, hostWorld, revisions } from "./host-world.ts";

describe.each(revisions)("a host that speaks %s", (revision) => {
  let world: HostWorld;
  beforeAll(async () => {
    world = await hostWorld();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("is offered the rows marked for it as tools any model takes [req:mcp.tools, mcp.server]", async () => {
    const host = await world.host(revision);
    const { tools } = await host.listTools();
    const marked = Object.entries(operations).filter(([, row]) => row.mcp && row.scope !== "task");
    expect(tools.map(({ name }) => name).sort()).toEqual(
      [...marked.map(([name]) => name.replace("/", "_")), "task_wait", "harness", "harness-reply"].sort(),
    );
    for (const tool of tools) {
      expect(tool.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(tool.description?.length).toBeGreaterThan(10);
      expect(tool.inputSchema).toMatchObject({ type: "object" });
      expect(tool.outputSchema).toMatchObject({ type: "object" });
      const row = Object.entries(operations).find(([name]) => name.replace("/", "_") === tool.name)?.[1];
      const reads = row === undefined ? tool.name === "task_wait" : row.scope === "read";
      expect(tool.annotations?.readOnlyHint, tool.name).toBe(reads);
    }
    expect(host.getServerVersion()).toMatchObject({ name: "harness" });
    expect(host.getInstructions()).toContain("task_wait");
  });

  it("submits a task, follows it and reads what came of it [req:mcp.follow]", async () => {
    const host = await world.host(revision);
    const { task_id } = answerOf(
      await host.callTool({ name: "task_create", arguments: { project: "app", prompt: "Make sum add" } }),
    );
    const told: string[] = [];
    const waited = await host.callTool(
      { name: "task_wait", arguments: { task_id, timeout_secs: 60 } },
      { onprogress: ({ message }) => told.push(message ?? ""), timeout: 90_000 },
    );
    expect(answerOf(waited)).toMatchObject({ settled: true, task: { id: task_id, status: "done" } });
    expect(told.join("\n")).toContain("test passed");
    expect(answerOf(await host.callTool({ name: "task_diff", arguments: { task_id } }))).toMatchObject({
      files: [{ path: "sum.js" }],
    });
    expect(answerOf(await host.callTool({ name: "task_proof", arguments: { task_id } }))).toMatchObject({
      ci_status: "passed",
      review_outcome: "approved",
    });
    const { data } = answerOf(await host.callTool({ name: "task_artifacts", arguments: { task_id } }));
    expect(data).toBeInstanceOf(Array);
  });

  it("reads tasks, diffs, evidence and logs as resources, page by page [req:mcp.resources]", async () => {
    const host = await world.host(revision);
    const { task_id } = await world.client.call("task/create", { project: "app", prompt: "Make sum add" });
    await host.callTool({ name: "task_wait", arguments: { task_id, timeout_secs: 60 } });
    const { resources } = await host.listResources();
    expect(resources.map(({ uri }) => uri)).toContain(`harness://tasks/${task_id}`);
    const { resourceTemplates } = await host.listResourceTemplates();
    expect(resourceTemplates).toHaveLength(4);
    const read = async (uri: string) => {
      const [content] = (await host.readResource({ uri })).contents;
      return content && "text" in content ? content.text : "";
    };
    expect(await read(`harness://tasks/${task_id}/diff`)).toContain("+module.exports = (a, b) => a + b;");
    expect(JSON.parse(await read(`harness://tasks/${task_id}/evidence`))).toMatchObject({
      evidence: [{ name: "test", passed: true }],
    });
    const log = JSON.parse(await read(`harness://tasks/${task_id}/log`));
    expect(log.data[0]).toMatchObject({ type: "task.queued", task_id });
    const rest = JSON.parse(await read(`harness://tasks/${task_id}/log?after_seq=${log.data[0].seq}`));
    expect(rest.data[0].seq).toBeGreaterThan(log.data[0].seq);
    expect(JSON.parse(await read("harness://tasks")).data[0].id).toBe(task_id);
    expect(JSON.parse(await read("harness://projects")).data[0].name).toBe("app");
    await expect(host.readResource({ uri: "harness://tasks/task_nobody" })).rejects.toMatchObject({
      code: -32602,
    });
    await expect(host.readResource({ uri: "file:///etc/passwd" })).rejects.toMatchObject({ code: -32602 });
  });

  it("is told why a call was refused, in words a model can act on [req:mcp.failures]", async () => {
    const host = await world.host(revision);
    const refused = await host.callTool({
      name: "task_create",
      arguments: { project: "nowhere", prompt: "x", colour: "red" },
    });
    expect(refused.isError).toBe(true);
    expect(answerOf(refused)).toMatchObject({ error: { code: "invalid_params", field: "colour" } });
    const unknown = await host.callTool({ name: "task_create", arguments: { project: "no", prompt: "x" } });
    expect(answerOf(unknown)).toMatchObject({ error: { code: "project_not_found" } });
    await expect(
      host.callTool({ name: "project_delete", arguments: { project: "app" } }),
    ).rejects.toMatchObject({ code: -32602 });
    await expect(host.callTool({ name: "constructor", arguments: {} })).rejects.toMatchObject({
      code: -32602,
    });
  });

  it("is offered and allowed what its token is allowed [req:mcp.scopes]", async () => {
    const { token } = await world.client.call("token/create", { name: `r-${revision}`, scopes: ["read"] });
    const host = await world.host(revision, token);
    const names = (await host.listTools()).tools.map(({ name }) => name);
    expect(names).toContain("task_list");
    expect(names).not.toContain("task_create");
    const refused = await host.callTool({
      name: "task_create",
      arguments: { project: "app", prompt: "x" },
    });
    expect(answerOf(refused)).toMatchObject({ error: { code: "forbidden" } });
  });

  it("begins from prompts [req:mcp.prompts]", async () => {
    const host = await world.host(revision);
    expect((await host.listPrompts()).prompts.map(({ name }) => name)).toEqual([
      "submit_task",
      "morning_report",
    ]);
    const { messages } = await host.getPrompt({ name: "submit_task", arguments: { work: "Fix the sum" } });
    expect(JSON.stringify(messages)).toContain("Fix the sum");
    await expect(host.getPrompt({ name: "submit_task" })).rejects.toMatchObject({ code: -32602 });
  });
});
