import { once } from "node:events";
import { TaskSocketMessage } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { approves, implementer } from "../scenarios/world.ts";
import { type SseBlock, sseBlocks } from "../support/sse-reader.ts";
import { type TestServer, testServer } from "../support/test-server.ts";

const plan = {
  modules: [{ name: "validator.py", files: ["validator.py", "tests/test_validator.py"] }, { name: "docs" }],
  estimated_iterations: 3,
};

const writer = implementer(`
  if (prompt.startsWith("Role: planner")) say(${JSON.stringify(JSON.stringify(plan))});
  else { write("validator.py", "import re\\n"); say("first\\nsecond \\u001b[31mred\\r" + prompt.includes("RFC 5322")); }`);

const check = { name: "test", argv: [process.execPath, "-e", "console.log('5 passed, 0 failed')"] };

let server: TestServer;
beforeAll(async () => {
  server = await testServer({ agents: { writer, critic: approves } });
  await server.client.call("project/update", { project: "app", validation: [check] });
});
afterAll(() => server[Symbol.asyncDispose]());

const body = {
  prompt: "Build an email validator",
  answers: ["Build validation function using regex", "Use regex", "Python", "re: pattern matching", ""],
};

/** A socket of a task with everything it was sent; `closed` says how it ended. */
async function follow(taskId: string, query = "", headers?: Record<string, string>) {
  const socket: WebSocket = server.ws(headers, `/ws/${taskId}${query}`);
  const heard: TaskSocketMessage[] = [];
  const waiting = new Set<() => void>();
  socket.on("message", (data) => {
    heard.push(TaskSocketMessage.parse(JSON.parse(String(data))) as TaskSocketMessage);
    for (const wake of waiting) wake();
  });
  const closed = once(socket, "close").then(([code, reason]) => [code, String(reason)]);
  await once(socket, "open");
  return {
    heard,
    closed,
    send: (message: unknown) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    /** The first message of a type. */
    async until(type: string): Promise<TaskSocketMessage> {
      for (;;) {
        const found = heard.find((message) => message.type === type);
        if (found) return found;
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
    },
    leave: () => socket.terminate(),
  };
}

async function statusOf(socket: WebSocket): Promise<number> {
  const [, answer] = (await once(socket, "unexpected-response")) as [unknown, { statusCode: number }];
  return answer.statusCode;
}

describe("a task as seed 3's client sees it", () => {
  let taskId: string;

  it("is submitted with answers and followed at the address it is told [req:task.socket, task.answers]", async () => {
    const response = await server.post("/tasks", { project: "app", ...body });
    expect(response.status).toBe(202);
    const created = (await response.json()) as { task_id: string; status: string; websocket_url: string };
    taskId = created.task_id;
    expect(created).toMatchObject({ status: "queued", websocket_url: `/ws/${taskId}` });
    expect(await (await server.fetch(`/tasks/${taskId}`)).json()).toMatchObject({
      task_id: taskId,
      work_status: "started",
      current_module: null,
      iteration: null,
      modules_complete: null,
      total_modules: null,
      progress: null,
    });
    const client = await follow(taskId);
    client.send({ type: "INTERVENTION", guidance: "Use RFC 5322 regex pattern" });
    expect(await client.until("INTERVENTION")).toMatchObject({
      data: { number: 1, guidance: "Use RFC 5322 regex pattern" },
    });
    await server.client.call("project/update", { project: "app", active: true });
    expect(await client.closed).toEqual([1000, "done"]);
    expect(client.heard.map(({ type }) => type)).toEqual([
      "INTERVENTION",
      "TASK_STARTED",
      "REQUIREMENTS_COMPLETE",
      "PLANNING_STARTED",
      "PLANNING_COMPLETE",
      "GENERATION_STARTED",
      "GENERATION_COMPLETE",
      "INTERVENTION_DELIVERED",
      "MODULE_STARTED",
      "TEST_PASSED",
      "MODULE_ITERATION",
      "MODULE_COMPLETE",
      "TASK_COMPLETE",
    ]);
    const of = (type: string) => client.heard.find((message) => message.type === type);
    expect(of("TASK_STARTED")).toMatchObject({
      task_id: taskId,
      timestamp: expect.stringMatching(/Z$/),
      seq: expect.any(Number),
      data: { goal: "Build validation function using regex", attempt: 1 },
    });
    expect(of("PLANNING_COMPLETE")?.data).toEqual({
      modules: ["validator.py", "docs"],
      module_count: 2,
      estimated_iterations: 3,
    });
    expect(of("MODULE_ITERATION")?.data).toEqual({
      module: "validator.py",
      iteration: 1,
      test_pass_rate: 1,
      quality_score: 1,
    });
    expect(of("TASK_COMPLETE")?.data).toMatchObject({
      status: "done",
      total_time: expect.stringMatching(/^\d+m \d+s$/),
      modules_generated: 1,
    });
  });

  it("is replayed to who comes late, and from where a client was cut off [req:task.socket]", async () => {
    const whole = await follow(taskId);
    await whole.closed;
    for (const { seq } of whole.heard) {
      const rest = await follow(taskId, `?after_seq=${seq}`);
      await rest.closed;
      expect(rest.heard).toEqual(whole.heard.filter((message) => message.seq! > seq!));
    }
  });

  it("takes nothing it does not know, and no guidance when it is over [req:task.socket]", async () => {
    await server.client.call("project/update", { project: "app", active: false });
    const idle = await server.submit();
    const client = await follow(idle);
    for (const wrong of [
      "no json",
      "[]",
      { type: "STOP" },
      { type: "INTERVENTION" },
      { type: "INTERVENTION", guidance: " " },
      { type: "INTERVENTION", guidance: "x", task_id: "y" },
    ])
      client.send(wrong);
    await server.client.call("task/cancel", { task_id: idle });
    client.send({ type: "INTERVENTION", guidance: "too late" });
    await client.closed;
    const codes = client.heard.flatMap((m) => (m.type === "ERROR" ? [m.data.code] : []));
    expect(codes.slice(0, 6)).toEqual(Array(6).fill("invalid_params"));
    expect(client.heard.find(({ type }) => type === "TASK_FAILED")?.data).toMatchObject({
      status: "cancelled",
    });
    expect((await server.client.call("task/get", { task_id: idle })).interventions).toEqual([]);
  });

  it("lets a token that may only read look on, and say nothing [req:task.socket]", async () => {
    const idle = await server.submit();
    const { token: secret } = await server.client.call("token/create", { name: "reader", scopes: ["read"] });
    const client = await follow(idle, "", { authorization: `Bearer ${secret}` });
    client.send({ type: "INTERVENTION", guidance: "Not mine to say" });
    expect(await client.until("ERROR")).toMatchObject({ seq: null, data: { code: "forbidden" } });
    expect((await server.client.call("task/get", { task_id: idle })).interventions).toEqual([]);
    await server.client.call("token/revoke", { token: "reader" });
    await client.closed;
  });

  it("is refused before there is a socket when it or its cursor is none [req:task.socket]", async () => {
    const missing = "task_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    expect(await statusOf(server.ws(undefined, `/ws/${missing}`))).toBe(404);
    expect(await statusOf(server.ws(undefined, "/ws/nothing"))).toBe(400);
    expect(await statusOf(server.ws(undefined, `/ws/${taskId}?after_seq=x`))).toBe(400);
    expect(await statusOf(server.ws({}, `/ws/${taskId}`))).toBe(401);
    expect((await server.fetch(`/ws/${taskId}`)).status).toBe(400);
    const ahead = await follow(taskId, "?after_seq=999999");
    expect(await ahead.closed).toEqual([1008, "resync_required"]);
    expect(ahead.heard).toMatchObject([{ type: "ERROR", seq: null, data: { code: "resync_required" } }]);
  });

  it("streams its log as lines, each under its level, and goes on where a reader left [req:task.log-stream]", async () => {
    const read = async (headers: Record<string, string> = {}) => {
      const blocks: SseBlock[] = [];
      const response = await server.fetch(`/tasks/${taskId}/logs/stream`, { headers });
      expect(response.headers.get("content-type")).toContain("text/event-stream");
      for await (const block of sseBlocks(response)) blocks.push(block);
      return blocks;
    };
    const all = await read();
    const lines = all.filter(({ data, event }) => data !== undefined && event === undefined);
    const text = lines.map(({ data }) => data).join("\n");
    for (const line of text.split("\n")) expect(line).toMatch(/^\[(DEBUG|INFO|WARNING|ERROR)\] /);
    expect(text).toContain("[INFO] Task started, attempt 1");
    expect(text).toContain("[INFO] Requirements complete: Build validation function using regex");
    expect(text).toContain("[INFO] Planning complete: validator.py, docs\n");
    expect(text).toContain("[INFO] Generating validator.py");
    expect(text).toContain("[INFO] agent: first\n[INFO] second [31mred\n[INFO] true");
    expect(text).toContain("[INFO] Task done");
    expect(all.at(-1)).toEqual({ event: "done", data: "done" });
    const from = lines[3]!.id!;
    const rest = await read({ "last-event-id": from });
    expect(rest.filter(({ data }) => data !== undefined)).toEqual(
      all.filter(
        ({ id, data, event }) => data !== undefined && (event === "done" || Number(id) > Number(from)),
      ),
    );
  });
});
