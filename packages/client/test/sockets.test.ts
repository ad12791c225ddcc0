import { type StreamName, streams, type TaskSocketMessage } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Edge, startEdge, TASK, TOKEN } from "../../server/test/http/edge.ts";
import { approves, implementer } from "../../server/test/scenarios/world.ts";
import { type TestServer, testServer } from "../../server/test/support/test-server.ts";
import { HarnessClient } from "../src/index.ts";
import { cuttingSockets, seeded } from "./support/cutting.ts";

/** The method that follows each feed. */
const methods = {
  task: "stream",
  task_logs: "stream",
  session_plan: "stream",
  thread: "stream",
  events: "stream",
  ws_events: "topic",
  rpc: "notifications",
  ws_task: "taskFeed",
} as const satisfies Record<StreamName, keyof HarnessClient>;

it("every feed of the table has a method of the client [req:client.sockets]", () => {
  expect(Object.keys(methods).sort()).toEqual(Object.keys(streams).sort());
  for (const method of Object.values(methods)) expect(HarnessClient.prototype[method]).toBeTypeOf("function");
});

describe("the notifications of JSON-RPC [req:client.sockets]", () => {
  it("come in order, and resume after every cut with no gap and nothing twice", async () => {
    await using edge = await startEdge();
    for (let n = 0; n < 300; n += 1) edge.log.append(`event ${n}`);
    const { openSocket, opened } = cutting(7);
    const client = new HarnessClient({ url: edge.url, token: TOKEN, openSocket, reconnectMs: [1, 10] });
    const seen: unknown[] = [];
    for await (const { method, params } of client.notifications({ after_seq: 0 })) {
      expect([method, params["prev_seq"]]).toEqual(["warning", seen.at(-1) ?? 0]);
      seen.push(params["seq"]);
      if (seen.length === 300) break;
    }
    expect(seen).toEqual(Array.from({ length: 300 }, (_, n) => n + 1));
    expect(opened()).toBeGreaterThan(3);
  });

  it("that are refused, or gone, throw at once", async () => {
    await using edge = await startEdge();
    const first = (token: string, params: object) =>
      new HarnessClient({ url: edge.url, token }).notifications(params).next();
    await expect(first("wrong", {})).rejects.toBeInstanceOf(TypeError);
    await expect(first(TOKEN, { after_seq: 99 })).rejects.toMatchObject({ code: "invalid_cursor" });
    await expect(first(TOKEN, { task_id: "no" })).rejects.toMatchObject({ code: "invalid_params" });
  });
});

describe("the socket of a task [req:client.sockets]", () => {
  let server: TestServer;
  let edge: Edge;
  beforeAll(async () => {
    const writer = implementer(`write("a.txt", "a"); say("done");`);
    server = await testServer({ agents: { writer, critic: approves } });
    edge = await startEdge();
  });
  afterAll(async () => {
    await edge[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it("tells the same over many cuts as over none, and ends with the task", async () => {
    const task_id = await server.submit({ agent: "writer" });
    const { openSocket, opened } = cutting(11);
    const cut = new HarnessClient({ url: server.url, token: server.token, openSocket, reconnectMs: [1, 10] });
    const following = collect(cut.taskFeed({ task_id }));
    await server.client.call("project/update", { project: "app", active: true });
    const live = await following;
    const replayed = await collect(server.client.taskFeed({ task_id }));
    expect(live).toEqual(replayed);
    expect(opened()).toBeGreaterThan(1);
    expect(live.at(0)?.type).toBe("TASK_STARTED");
    const half = replayed[Math.floor(replayed.length / 2)]?.seq ?? 0;
    const rest = await collect(server.client.taskFeed({ task_id, after_seq: half }));
    expect(rest).toEqual(replayed.filter(({ seq }) => (seq ?? 0) > half));
  });

  it("ends when told to, and throws what is refused", async () => {
    const client = new HarnessClient({ url: edge.url, token: TOKEN });
    const leave = new AbortController();
    const next = client.taskFeed({ task_id: TASK }, { signal: leave.signal }).next();
    setImmediate(() => leave.abort());
    expect(await next).toEqual({ done: true, value: undefined });
    await expect(client.taskFeed({ task_id: TASK, after_seq: 999 }).next()).rejects.toMatchObject({
      code: "invalid_cursor",
    });
    const unknown = { task_id: "task_01JYYYYYYYYYYYYYYYYYYYYYYY" };
    await expect(client.taskFeed(unknown).next()).rejects.toBeInstanceOf(TypeError);
  });
});

/** Sockets that break after few messages; the first one stands long enough to be greeted. */
function cutting(seed: number) {
  const random = seeded(seed);
  let opened = 0;
  const openSocket = cuttingSockets(() => {
    opened += 1;
    return opened === 1 ? 0.07 : random() * 0.5;
  });
  return { openSocket, opened: () => opened };
}

async function collect(feed: AsyncIterable<TaskSocketMessage>): Promise<TaskSocketMessage[]> {
  const all: TaskSocketMessage[] = [];
  for await (const message of feed) all.push(message);
  return all;
}
