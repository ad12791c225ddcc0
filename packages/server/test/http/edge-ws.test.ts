import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { TaskStatus, WsServerMessage } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { type Edge, sendRaw, startEdge, statusOf, TASK, TOKEN } from "./edge.ts";

const bearer = { authorization: `Bearer ${TOKEN}` };

/** A connected client that hands out the messages of the server one by one. */
async function join(edge: Edge, headers: Record<string, string> = bearer) {
  const socket = new WebSocket(`${edge.url.replace("http", "ws")}/ws/events`, { headers });
  const inbox: WsServerMessage[] = [];
  const waiting: (() => void)[] = [];
  socket.on("message", (data) => {
    inbox.push(JSON.parse(String(data)) as WsServerMessage);
    waiting.shift()?.();
  });
  const closed = new Promise<number>((resolve) => socket.on("close", resolve));
  socket.on("error", () => {});
  await once(socket, "open");
  return {
    socket,
    closed,
    say: (message: unknown) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    async next(): Promise<WsServerMessage> {
      if (inbox.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      return inbox.shift()!;
    },
  };
}

function handshake(port: number, headers: string, path = "/ws/events"): Promise<string> {
  return sendRaw(
    port,
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`,
  );
}

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());

describe("the handshake", () => {
  it.each([
    ["no token", "", 401],
    ["a wrong token", "Authorization: Bearer wrong\r\n", 401],
    ["another page's Origin", `Authorization: Bearer ${TOKEN}\r\nOrigin: https://evil.com\r\n`, 403],
    ["Origin null", `Authorization: Bearer ${TOKEN}\r\nOrigin: null\r\n`, 403],
    ["a file", `Authorization: Bearer ${TOKEN}\r\nOrigin: file://\r\n`, 403],
    ["another port", `Authorization: Bearer ${TOKEN}\r\nOrigin: http://localhost:9999\r\n`, 403],
    ["a cookie that is none", "Cookie: harness_session_1=x\r\n", 401],
    ["the token as a protocol", `Sec-WebSocket-Protocol: ${TOKEN}\r\n`, 401],
  ])("with %s is refused before there is a socket [req:http.ws-handshake]", async (_, headers, status) => {
    const answer = await handshake(edge.port, headers);
    expect(statusOf(answer)).toBe(status);
    expect(answer).toContain("application/problem+json");
  });

  it("from our own page needs the credential all the same [req:http.ws-handshake]", async () => {
    expect(statusOf(await handshake(edge.port, `Origin: ${edge.url}\r\n`))).toBe(401);
  });

  it("on any other path opens nothing [req:http.ws-handshake]", async () => {
    for (const path of ["/tasks", `/tasks/${TASK}/stream`, "/health", "/", "/nothing"]) {
      const answer = await handshake(edge.port, `Authorization: Bearer ${TOKEN}\r\n`, path);
      expect([400, 404], path).toContain(statusOf(answer));
    }
  });

  it("of another version is refused, and plain GET finds no page [req:http.ws-handshake]", async () => {
    const answer = await sendRaw(
      edge.port,
      `GET /ws/events HTTP/1.1\r\nHost: 127.0.0.1:${edge.port}\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 7\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    expect(statusOf(answer)).toBe(400);
    expect((await edge.fetch("/ws/events")).status).toBe(400);
  });

  it("with the cookie of a login counts only from our own page [req:http.ws-handshake]", async () => {
    const login = new URL(edge.server.loginUrl().url);
    const entered = await edge.fetch(`${login.pathname}${login.search}`, { token: null });
    const cookie = entered.headers.get("set-cookie")!.split(";")[0]!;
    expect(statusOf(await handshake(edge.port, `Cookie: ${cookie}\r\n`))).toBe(403);
    const client = await join(edge, { cookie, origin: edge.url });
    client.say({ type: "ping" });
    expect(await client.next()).toEqual({ type: "pong" });
    client.socket.close();
  });
});

describe("topics", () => {
  it("carry their events in order, each with the one before it [req:http.ws-topics]", async () => {
    const client = await join(edge);
    const start = edge.log.headSeq;
    client.say({ type: "subscribe", id: "a", topic: `task:${TASK}` });
    client.say({ type: "subscribe", id: "b", topic: "type:task.ended" });
    expect(await client.next()).toEqual({
      type: "subscribed",
      id: "a",
      topic: `task:${TASK}`,
      head_seq: start,
    });
    expect(await client.next()).toMatchObject({ type: "subscribed", id: "b" });
    edge.log.append("other", null);
    edge.log.append("one");
    edge.log.append("two");
    expect(await client.next()).toMatchObject({ id: "a", prev_seq: start, event: { seq: start + 2 } });
    expect(await client.next()).toMatchObject({ id: "a", prev_seq: start + 2, event: { seq: start + 3 } });
    client.say({ type: "unsubscribe", id: "a" });
    expect(await client.next()).toEqual({ type: "unsubscribed", id: "a" });
    edge.log.append("unheard");
    client.say({ type: "subscribe", id: "a", topic: "all", after_seq: start });
    expect(await client.next()).toMatchObject({ type: "subscribed", id: "a" });
    for (const seq of [1, 2, 3, 4])
      expect(await client.next()).toMatchObject({ event: { seq: start + seq } });
    client.socket.close();
    await client.closed;
    await vi.waitFor(() => expect(edge.log.cursors).toBe(0));
  });

  it("carry only the types that are wanted [req:http.ws-topics]", async () => {
    const client = await join(edge);
    const types = ["turn.warning"];
    client.say({ type: "subscribe", id: "a", topic: `task:${TASK}`, types });
    expect(await client.next()).toMatchObject({ type: "subscribed", id: "a" });
    client.say({ type: "subscribe", id: "b", topic: `task:${TASK}`, types: ["task.ended"] });
    expect(await client.next()).toMatchObject({ type: "subscribed", id: "b" });
    client.say({ type: "subscribe", id: "c", topic: "type:task.ended", types });
    expect(await client.next()).toMatchObject({ type: "error", id: "c", code: "invalid_params" });
    client.say({ type: "subscribe", id: "d", topic: `log:${TASK}`, types });
    expect(await client.next()).toMatchObject({ type: "error", id: "d", code: "invalid_params" });
    edge.log.append("a warning");
    expect(await client.next()).toMatchObject({ type: "event", id: "a" });
    client.say({ type: "ping" });
    expect(await client.next()).toEqual({ type: "pong" });
    client.socket.close();
  });

  it("of a log come as lines from the oldest, resume, and end with the task [req:http.ws-log]", async () => {
    const state: { status: TaskStatus; live: boolean } = { status: "implementing", live: true };
    await using world = await startEdge({ taskState: async (id) => (id === TASK ? state : undefined) });
    world.log.append("one\ntwo");
    world.log.append("of another task", null);
    const client = await join(world);
    client.say({ type: "subscribe", id: "a", topic: `log:${TASK}` });
    expect(await client.next()).toMatchObject({ type: "subscribed", id: "a", head_seq: 2 });
    expect(await client.next()).toEqual({
      type: "lines",
      id: "a",
      seq: 1,
      lines: ["[WARNING] one", "[WARNING] two"],
    });
    client.say({ type: "subscribe", id: "b", topic: `log:${TASK}`, after_seq: 1 });
    expect(await client.next()).toMatchObject({ type: "subscribed", id: "b" });
    Object.assign(state, { status: "done", live: false });
    world.log.append("three");
    const told = [await client.next(), await client.next(), await client.next(), await client.next()];
    for (const id of ["a", "b"])
      expect(told.filter((message) => "id" in message && message.id === id)).toEqual([
        { type: "lines", id, seq: 3, lines: ["[WARNING] three"] },
        { type: "ended", id, status: "done" },
      ]);
    client.say({ type: "subscribe", id: "c", topic: "log:task_01JYYYYYYYYYYYYYYYYYYYYYYY" });
    expect(await client.next()).toMatchObject({ type: "error", id: "c", code: "task_not_found" });
    await vi.waitFor(() => expect(world.log.cursors).toBe(0));
    client.socket.close();
  });

  it("with a cursor that is gone ask for a resync [req:http.ws-topics]", async () => {
    const client = await join(edge);
    client.say({ type: "subscribe", id: "a", topic: "all", after_seq: 1_000_000 });
    expect(await client.next()).toMatchObject({
      type: "resync_required",
      id: "a",
      head_seq: edge.log.headSeq,
    });
    client.say({ type: "subscribe", id: "a", topic: "all" });
    expect(await client.next()).toMatchObject({ type: "subscribed", id: "a" });
    client.socket.close();
  });

  it("are a hundred at most on one socket [req:http.ws-limits]", async () => {
    const client = await join(edge);
    for (let n = 0; n < 101; n += 1) {
      client.say({ type: "subscribe", id: `s${n}`, topic: "all" });
      expect(await client.next()).toMatchObject({ type: n < 100 ? "subscribed" : "error", id: `s${n}` });
    }
    client.socket.close();
  });
});

describe("a frame", () => {
  it.each([
    "not json",
    "",
    "[]",
    "null",
    '"ping"',
    '{"type":"nothing"}',
    '{"type":"ping","extra":1}',
    '{"type":"subscribe","id":"a"}',
    '{"type":"subscribe","id":"","topic":"all"}',
    '{"type":"subscribe","id":"a","topic":"taskX"}',
    '{"type":"subscribe","id":"a","topic":"task:"}',
    '{"type":"subscribe","id":"a","topic":"all","after_seq":-1}',
    '{"type":"subscribe","id":"a","topic":"all","after_seq":"1"}',
    '{"__proto__":{"type":"ping"}}',
    `{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`,
  ])("that is wrong is answered, and the socket goes on: %.40s [req:http.ws-bad-frame]", async (frame) => {
    const client = await join(edge);
    client.say(frame);
    expect(await client.next()).toMatchObject({ type: "error", code: "invalid_params" });
    client.say({ type: "ping" });
    expect(await client.next()).toEqual({ type: "pong" });
    client.socket.close();
  });

  it("of bytes is refused, one over a megabyte ends the socket, broken text too [req:http.ws-limits]", async () => {
    const binary = await join(edge);
    binary.socket.send(Buffer.from('{"type":"ping"}'), { binary: true });
    expect(await binary.next()).toMatchObject({ type: "error" });
    binary.socket.close();
    const large = await join(edge);
    large.say("x".repeat(1024 * 1024 + 1));
    expect(await large.closed).toBe(1009);
    const broken = await join(edge);
    broken.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect(await broken.closed).toBe(1007);
  });

  it("is never unpacked: compression is not offered [req:http.ws-limits]", async () => {
    const client = new WebSocket(`${edge.url.replace("http", "ws")}/ws/events`, {
      headers: bearer,
      perMessageDeflate: true,
    });
    await once(client, "open");
    expect(client.extensions).toBe("");
    client.close();
  });

  it("after frame without pause ends the socket, be it messages, pings or fragments [req:http.ws-limits]", async () => {
    const floods: ((socket: WebSocket) => void)[] = [
      (socket) => socket.send('{"type":"ping"}'),
      (socket) => socket.ping(),
      (socket) => socket.send("x", { fin: false }),
    ];
    for (const flood of floods) {
      const client = await join(edge);
      for (let n = 0; n < 20_000 && client.socket.readyState === WebSocket.OPEN; n += 1) flood(client.socket);
      const code = await client.closed;
      expect([1006, 1008, 1009]).toContain(code);
    }
    const client = await join(edge);
    client.say({ type: "ping" });
    expect(await client.next()).toEqual({ type: "pong" });
    client.socket.close();
  });
});

describe("a socket that is not read", () => {
  it("is dropped when it stays full, and costs little meanwhile [req:http.slow-client]", async () => {
    await using own = await startEdge({ patience: { drainMs: 300 } });
    const text = "x".repeat(10_000);
    for (let n = 0; n < 2000; n += 1) own.log.append(text);
    const before = process.memoryUsage().rss;
    const clients = await Promise.all(Array.from({ length: 20 }, () => join(own)));
    for (const { socket, say } of clients) {
      socket.pause();
      say({ type: "subscribe", id: "a", topic: "all", after_seq: 0 });
    }
    await vi.waitFor(() => expect(own.log.cursors).toBe(20));
    await vi.waitFor(() => expect(own.log.cursors).toBe(0), { timeout: 10_000 });
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
    for (const { socket } of clients) socket.terminate();
  });

  it("that answers no ping is dropped [req:http.slow-client]", async () => {
    await using own = await startEdge({ config: { sse_heartbeat_secs: 0.05 } });
    const socket: Socket = connect(own.port, "127.0.0.1", () =>
      socket.write(
        `GET /ws/events HTTP/1.1\r\nHost: 127.0.0.1:${own.port}\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      ),
    );
    socket.resume();
    await once(socket, "close");
  });
});

describe("closing the server", () => {
  it("ends every socket, also those that do not answer [req:http.close]", async () => {
    const own = await startEdge();
    const polite = await join(own);
    const silent = await join(own);
    silent.socket.pause();
    polite.say({ type: "subscribe", id: "a", topic: "all" });
    await polite.next();
    await own.server.close();
    expect(await polite.closed).toBe(1001);
    expect(own.log.cursors).toBe(0);
    silent.socket.terminate();
  });

  it("ends a socket whose feed cannot be read [req:http.ws-topics]", async () => {
    await using own = await startEdge();
    const opened = own.log.open;
    own.log.open = (filter, after) => {
      const feed = opened(filter, after);
      if (feed.status === "ok") feed.cursor.take = () => Promise.reject(new Error("disk gone"));
      return feed;
    };
    const client = await join(own);
    client.say({ type: "subscribe", id: "a", topic: "all" });
    expect(await client.closed).toBe(1011);
  });
});
