import {
  createTaskSessionFromClient,
  type RawClientDispatch,
  resultFromTaskOutcome,
  type TaskEnabledSession,
} from "@modelcontextprotocol/ext-tasks/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type ScriptedModel, startScriptedModel } from "../../src/agents/index.ts";
import { approves, writesSum } from "../scenarios/world.ts";
import { modelConfig, step } from "../threads/talking-world.ts";
import { type HostWorld, hostWorld, type Revision, revisions } from "./host-world.ts";
import { messages } from "./wire.ts";

const Answer = z.union([
  z.looseObject({ result: z.json() }),
  z.looseObject({ error: z.object({ code: z.number(), message: z.string(), data: z.json().optional() }) }),
]);
type Json = z.infer<ReturnType<typeof z.json>>;

const framing = {
  protocolVersion: "2026-07-28",
  clientInfo: { name: "test-host", version: "1.0.0" },
  clientCapabilities: {},
};

/** Sends what the official client leaves to its host under revision 2026-07-28: requests that may be answered by a task. */
function dispatchTo(world: HostWorld, token: string): RawClientDispatch {
  let id = 0;
  return async (request) => {
    id += 1;
    const { method, params } = z
      .object({ method: z.string(), params: z.record(z.string(), z.json()) })
      .parse(request);
    const response = await world.mcp({
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": framing.protocolVersion,
        "mcp-method": method,
        "mcp-name": String(params["name"] ?? params["taskId"]),
      },
      body: JSON.stringify({ jsonrpc: "2.0", id, method, params }),
    });
    const text = await response.text();
    const [message] = text.startsWith("{") ? [JSON.parse(text) as unknown] : messages(text);
    const answer = Answer.parse(message);
    if ("result" in answer) return { kind: "result", result: answer.result as Json };
    return { kind: "error", error: answer.error };
  };
}

/** The official client with its support of tasks, connected. */
async function tasksOf(world: HostWorld, revision: Revision, token = world.server.token) {
  const host = await world.host(revision, token);
  const { tools } = await host.listTools();
  const declared = new Map(tools.map((tool) => [tool.name, tool]));
  const options = {
    endpointId: `harness-${revision}`,
    tools: {
      currentTool(name: string) {
        const tool = declared.get(name);
        const execution = tool?.execution as { taskSupport?: "optional" } | undefined;
        if (tool === undefined) return undefined;
        return { name, inputSchema: tool.inputSchema as Record<string, Json>, ...execution };
      },
    },
  };
  const raw = { rawDispatch: dispatchTo(world, token), v2RequestFraming: framing };
  return revision === "2026-07-28"
    ? createTaskSessionFromClient(host, { ...options, ...raw })
    : createTaskSessionFromClient(host, options);
}

const asTask = { task: { preference: "require" } } as const;

async function wait(session: TaskEnabledSession, task_id: string) {
  const call = await session.callTool("task_wait", { task_id }, asTask);
  if (call.kind !== "task") throw new Error("task_wait was answered without a handle.");
  return call;
}

describe.each(revisions)("a host of revision %s that takes handles for long tools", (revision) => {
  let model: ScriptedModel;
  let world: HostWorld;
  beforeAll(async () => {
    const steps = [
      step("first words", [{ say: "The answer is 7." }]),
      step("hold", [{ say: "held" }, { delay_ms: 600_000 }]),
    ];
    model = await startScriptedModel({ scenario: { name: "talk", steps } });
    world = await hostWorld({
      agents: { writer: writesSum, critic: approves },
      config: modelConfig(model.url),
    });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await model.close();
  });

  it("gets the task itself as the handle, follows it, and finds the result in the end [req:mcp.task-handles]", async () => {
    const { task_id } = await world.client.call("task/create", {
      project: "app",
      prompt: "Make sum add",
      agent: "writer",
      reviewer: "critic",
    });
    await using session = await tasksOf(world, revision);
    const call = await wait(session, task_id);
    expect(call.handle.taskId).toBe(task_id);
    const { outcome } = await call.settle();
    expect(resultFromTaskOutcome(outcome)).toMatchObject({
      structuredContent: { settled: true, task: { id: task_id, status: "done" } },
    });
    // The handle is good for whoever may read, also after the call and its session.
    await using other = await tasksOf(world, revision);
    expect(await other.task(call.handle.taskId).snapshot()).toMatchObject({ status: "completed" });
    if (revision === "2026-07-28") return;
    const { tasks } = await other.listTasks();
    expect(tasks.map(({ taskId }) => taskId)).toContain(task_id);
  });

  it("talks to an agent by a handle of the turn, and stops it [req:mcp.task-handles]", async () => {
    await using session = await tasksOf(world, revision);
    const said = { project_root: world.root, agent: "openai_api" };
    const call = await session.callTool("harness", { ...said, prompt: "first words" }, asTask);
    expect(call.handle?.taskId).toMatch(/^turn_/);
    const { outcome } = await call.settle();
    expect(resultFromTaskOutcome(outcome)).toMatchObject({
      structuredContent: { output: "The answer is 7.", status: "completed" },
    });
    const held = await session.callTool("harness", { ...said, prompt: "hold" }, asTask);
    const turn_id = held.handle?.taskId ?? "";
    await held.cancel();
    expect(await world.client.call("turn/status", { turn_id })).toMatchObject({ status: "cancelled" });
  });

  it("stops the task when it cancels the handle, if its token may [req:mcp.task-handles]", async () => {
    await world.client.call("project/update", { project: "app", active: false });
    const { task_id } = await world.client.call("task/create", { project: "app", prompt: "x" });
    const { token } = await world.client.call("token/create", {
      name: `looks-${revision}`,
      scopes: ["read"],
    });
    await using reader = await tasksOf(world, revision, token);
    const call = await wait(reader, task_id);
    await expect(reader.cancelTask(call.handle.taskId)).rejects.toMatchObject({
      data: { code: "forbidden" },
    });
    await using session = await tasksOf(world, revision);
    const own = await wait(session, task_id);
    await own.cancel();
    expect(await session.task(own.handle.taskId).snapshot()).toMatchObject({ status: "cancelled" });
    const nobody = session.task(`task_${"0".repeat(26)}` as typeof own.handle.taskId);
    await expect(nobody.snapshot()).rejects.toMatchObject({
      code: -32_602,
      data: { code: "task_not_found" },
    });
  });
});

it("a tool that answers at once is no task, nor is one that is refused [req:mcp.task-handles]", async () => {
  await using world = await hostWorld();
  const host = await world.host("2025-11-25");
  const asked = (name: string, given: object) => {
    const call = { method: "tools/call", params: { name, arguments: given, task: {} } } as const;
    return host.request(call as never, z.looseObject({}));
  };
  await expect(asked("task_list", {})).rejects.toMatchObject({ code: -32_601 });
  await expect(asked("task_wait", { task_id: "x" })).rejects.toMatchObject({ code: -32_602 });
  const nobody = { task_id: `task_${"0".repeat(26)}` };
  await expect(asked("task_wait", nobody)).rejects.toMatchObject({ data: { code: "task_not_found" } });
});
