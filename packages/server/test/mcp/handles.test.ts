import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type HostWorld, hostWorld } from "./host-world.ts";
import { messages } from "./wire.ts";

const Answer = z.looseObject({ result: z.looseObject({}).optional(), error: z.looseObject({}).optional() });

/**
 * Asked with plain requests: the official client (2.4.0) has no runtime for tasks. Its types say so ("Task methods are
 * 2025-11-25 wire vocabulary with no SDK runtime"), and it refuses to send `tasks/get` under revision 2026-07-28.
 */
describe("a host that takes handles for long tools", () => {
  let world: HostWorld;
  let id = 0;
  beforeAll(async () => {
    world = await hostWorld();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** One request of revision 2026-07-28, with the extension among what the host is capable of. */
  async function ask(
    method: string,
    params: Record<string, unknown>,
    name: string,
    token = world.server.token,
  ) {
    id += 1;
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "bare", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": { extensions: { "io.modelcontextprotocol/tasks": {} } },
    };
    const response = await world.mcp({
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": method,
        "mcp-name": name,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id, method, params: { ...params, _meta } }),
    });
    const text = await response.text();
    const [message] = text.startsWith("{") ? [JSON.parse(text) as unknown] : messages(text);
    return Answer.parse(message);
  }

  it("gets the task itself as the handle, asks how it stands, and finds the result in the end [req:mcp.task-handles]", async () => {
    const { task_id } = await world.client.call("task/create", { project: "app", prompt: "Make sum add" });
    const call = { name: "task_wait", arguments: { task_id } };
    const { result: handle } = await ask("tools/call", call, "task_wait");
    expect(handle).toMatchObject({ resultType: "task", taskId: task_id, ttlMs: null });
    const { result: begun } = await ask("tasks/get", { taskId: task_id }, task_id);
    expect(["working", "completed"]).toContain(begun?.["status"]);
    // The stream of a task ends with it.
    for await (const item of world.client.stream("task", { task_id })) if (item.type === "done") break;
    const { result: state } = await ask("tasks/get", { taskId: task_id }, task_id);
    expect(state).toMatchObject({
      status: "completed",
      result: { structuredContent: { settled: true, task: { id: task_id, status: "done" } } },
    });
  });

  it("stops the task when it cancels the handle, if its token may [req:mcp.task-handles]", async () => {
    await world.client.call("project/update", { project: "app", active: false });
    const { task_id } = await world.client.call("task/create", { project: "app", prompt: "x" });
    const { token } = await world.client.call("token/create", { name: "looks", scopes: ["read"] });
    const refused = await ask("tasks/cancel", { taskId: task_id }, task_id, token);
    expect(refused.error).toMatchObject({ data: { code: "forbidden" } });
    expect((await ask("tasks/cancel", { taskId: task_id }, task_id)).error).toBeUndefined();
    expect((await ask("tasks/get", { taskId: task_id }, task_id)).result).toMatchObject({
      status: "cancelled",
    });
    const nobody = `task_${"0".repeat(26)}`;
    const missing = await ask("tasks/get", { taskId: nobody }, nobody);
    expect(missing.error).toMatchObject({ code: -32602, data: { code: "task_not_found" } });
  });
});
