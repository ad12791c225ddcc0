import { once } from "node:events";
import { WsServerMessage } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { sseBlocks } from "../support/sse-reader.ts";
import { type TestServer, testServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** A socket whose messages are asked for one after another. */
async function listen(
  socket: WebSocket,
): Promise<{ next(): Promise<WsServerMessage>; send(message: unknown): void }> {
  const ready: WsServerMessage[] = [];
  let wake = () => {};
  socket.on("message", (data) => {
    ready.push(WsServerMessage.parse(JSON.parse(String(data))));
    wake();
  });
  await once(socket, "open");
  return {
    async next() {
      while (ready.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return ready.shift()!;
    },
    send: (message) => socket.send(JSON.stringify(message)),
  };
}

describe("topics of a working server", () => {
  it("are followed from the beginning, from a cursor and from now, each by itself [req:http.ws-topics]", async () => {
    const socket = server.ws();
    const { next, send } = await listen(socket);
    const task = await server.submit();
    const head = await server.headSeq();
    send({ type: "subscribe", id: "all", topic: "all", after_seq: 0 });
    expect(await next()).toEqual({ type: "subscribed", id: "all", topic: "all", head_seq: head });
    for (let seq = 1; seq <= head; seq += 1)
      expect(await next()).toMatchObject({ type: "event", id: "all", prev_seq: seq - 1, event: { seq } });
    send({ type: "unsubscribe", id: "all" });
    expect(await next()).toEqual({ type: "unsubscribed", id: "all" });
    for (const topic of [`task:${task}`, "project:app", "type:task.ended", "state"]) {
      send({ type: "subscribe", id: topic, topic });
      expect(await next()).toMatchObject({ type: "subscribed", id: topic });
    }
    await server.client.call("task/cancel", { task_id: task });
    const heard = new Map<string, string[]>();
    while ([...heard.values()].filter((types) => types.includes("task.ended")).length < 4) {
      const message = await next();
      if (message.type === "event")
        heard.set(message.id, [...(heard.get(message.id) ?? []), message.event.type]);
    }
    expect(heard.get("type:task.ended")).toEqual(["task.ended"]);
    expect(heard.get(`task:${task}`)).toEqual(heard.get("project:app"));
    expect(heard.get("state")).toEqual(expect.arrayContaining(heard.get("project:app")!));
    send({ type: "subscribe", id: "far", topic: "all", after_seq: 1_000_000 });
    expect(await next()).toMatchObject({ type: "resync_required", id: "far", oldest_seq: 1 });
    for (const topic of ["type:task.nonsense", "task:nonsense", "project:nonsense", "all:all", "", "task:"]) {
      send({ type: "subscribe", id: "odd", topic });
      expect(await next()).toMatchObject({ type: "error", code: "invalid_params" });
    }
    socket.close();
    await once(socket, "close");
  });

  it("hold several types of events in one subscription, or name the one there is not [req:web-api.topic-types]", async () => {
    const socket = server.ws();
    const { next, send } = await listen(socket);
    const topic = "type:task.queued,task.ended,task.queued";
    send({ type: "subscribe", id: "board", topic });
    expect(await next()).toMatchObject({ type: "subscribed", topic });
    const task = await server.submit();
    await server.client.call("task/cancel", { task_id: task });
    const [queued, ended] = [await next(), await next()];
    expect(queued).toMatchObject({ id: "board", event: { type: "task.queued", task_id: task } });
    expect(ended).toMatchObject({
      event: { type: "task.ended", task_id: task },
      prev_seq: queued.type === "event" ? queued.event.seq : 0,
    });
    for (const [odd, why] of [
      ["type:task.queued,task.nonsense", 'There is no type of event "task.nonsense".'],
      ["type:task.queued,", 'There is no type of event "".'],
      [
        `type:${Array.from({ length: 51 }, (_, i) => `x${i}`).join()}`,
        "At most 50 types of events in one topic.",
      ],
    ]) {
      send({ type: "subscribe", id: "odd", topic: odd });
      expect(await next()).toMatchObject({ type: "error", id: "odd", message: why });
    }
    socket.close();
    await once(socket, "close");
  });

  it("go on over a restart of the server, with no gap and nothing twice [req:http.ws-topics]", async () => {
    const first = server.ws();
    const before = await listen(first);
    before.send({ type: "subscribe", id: "t", topic: "type:task.queued" });
    expect(await before.next()).toMatchObject({ type: "subscribed" });
    const seen: number[] = [];
    const prev: number[] = [];
    const note = (message: WsServerMessage) => {
      if (message.type !== "event") return;
      seen.push(message.event.seq);
      prev.push(message.prev_seq);
    };
    await server.submit();
    note(await before.next());
    const gone = once(first, "close");
    await server.restart();
    expect((await gone)[0]).toBe(1001);
    await server.submit();
    const second = server.ws();
    const after = await listen(second);
    await server.submit();
    after.send({ type: "subscribe", id: "t", topic: "type:task.queued", after_seq: seen[0] });
    await after.next();
    note(await after.next());
    note(await after.next());
    expect(prev.slice(1)).toEqual(seen.slice(0, -1));
    second.close();
  });
});

describe("a handshake", () => {
  it("of another page, or without the token, opens nothing [req:http.ws-handshake]", async () => {
    const authorization = `Bearer ${server.token}`;
    for (const [headers, status] of [
      [{}, 401],
      [{ authorization: "Bearer wrong-token-wrong-token" }, 401],
      [{ authorization, origin: "https://evil.com" }, 403],
      [{ authorization, origin: "null" }, 403],
      [{ authorization, origin: "file://" }, 403],
      [{ authorization, origin: `http://localhost:${server.port + 1}` }, 403],
      [{ authorization, origin: `http://127.0.0.1:${server.port}.evil.com` }, 403],
      [{ origin: `http://127.0.0.1:${server.port}` }, 401],
      [{ authorization, host: "evil.com" }, 403],
    ] as const) {
      const socket = server.ws(headers);
      socket.on("error", () => {});
      const [, response] = (await once(socket, "unexpected-response")) as [unknown, { statusCode: number }];
      expect([headers, response.statusCode]).toEqual([headers, status]);
      socket.terminate();
    }
  });
});

describe("stopping the server", () => {
  it("ends streams and sockets within two seconds, also of clients that are stuck [req:http.close]", async () => {
    const own = await testServer();
    const ask = (path: string, more = "") =>
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${own.port}\r\nAuthorization: Bearer ${own.token}\r\n${more}\r\n`;
    const upgrade =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    const stuck = await Promise.all(
      [
        ask("/events?after_seq=0"),
        ask("/events"),
        ask("/ws/events", upgrade),
        ask("/ws/events", upgrade),
        "POST /tasks HTTP/1.1\r\nHo",
      ].map(async (bytes) => {
        const socket = await own.connect();
        socket.write(bytes);
        return socket;
      }),
    );
    const id = await own.submit();
    const reading = ["/events", `/tasks/${id}/stream`].map(async (path) => {
      const response = await own.fetch(path);
      for await (const _ of sseBlocks(response));
      return response.status;
    });
    const socket = own.ws();
    await once(socket, "open");
    const closed = once(socket, "close");
    const ended = stuck.map((one) => once(one.resume(), "close"));
    const began = performance.now();
    await own.server.stop("test");
    expect(performance.now() - began).toBeLessThan(2_000);
    expect((await closed)[0]).toBe(1001);
    expect(await Promise.all(reading)).toEqual([200, 200]);
    await Promise.all(ended);
    await expect(fetch(`${own.url}/health`)).rejects.toThrow();
    await own[Symbol.asyncDispose]();
  });
});
