import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { type Edge, type EdgeOptions, sendRaw, startEdge, statusOf, TOKEN } from "../http/edge.ts";
import { socketWire } from "./wires.ts";

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());

const join = (at: Edge) => socketWire({ url: at.url, token: TOKEN });
const own = (options: EdgeOptions) => startEdge(options);

function upgrade(port: number, headers: string): string {
  return `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`;
}

describe("the handshake of /ws", () => {
  const origin = (value: string) => `Authorization: Bearer ${TOKEN}\r\nOrigin: ${value}\r\n`;

  it.each([
    ["no token", "", 401],
    ["a wrong token", "Authorization: Bearer wrong\r\n", 401],
    ["the token as a protocol", `Sec-WebSocket-Protocol: ${TOKEN}\r\n`, 401],
    ["another page's Origin", origin("https://evil.com"), 403],
    ["Origin null", origin("null"), 403],
    ["a file", origin("file://"), 403],
    ["another port", origin("http://localhost:9999"), 403],
    ["a name that begins like ours", origin("http://127.0.0.1:9800.evil.com"), 403],
    ["two Origins", `${origin("http://127.0.0.1")}Origin: https://evil.com\r\n`, 403],
  ])("with %s is refused before there is a socket [req:rpc.socket]", async (_, headers, status) => {
    const answer = await sendRaw(edge.port, upgrade(edge.port, headers));
    expect(statusOf(answer)).toBe(status);
    expect(answer).toContain("application/problem+json");
  });

  it("is all there is at that address, and scopes of its headers mean nothing [req:rpc.socket, rpc.scopes]", async () => {
    expect((await edge.fetch("/ws")).status).toBe(400);
    const headers = { "x-harness-scopes": "operate", "x-forwarded-user": "root" };
    const refused = new WebSocket(`${edge.url.replace("http", "ws")}/ws`, { headers });
    const [, response] = (await once(refused, "unexpected-response")) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(401);
    refused.on("error", () => {}).terminate();
  });
});

describe("frames that break the protocol", () => {
  const text = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"initialize"}');

  it("a message of 10 MB ends the socket with 1009, and nobody else's [req:rpc.socket-frames]", async () => {
    await using other = await join(edge);
    await using large = await join(edge);
    large.send("x".repeat(10_000_000));
    expect(await large.closed).toBe(1009);
    expect((await other.call("initialize")).result).toMatchObject({ name: "harness" });
  });

  it("a binary frame is refused, and the socket goes on [req:rpc.socket-frames]", async () => {
    await using client = await join(edge);
    client.socket.send(text, { binary: true });
    expect(await client.next()).toMatchObject({ id: null, error: { code: -32700 } });
    expect((await client.call("initialize")).result).toMatchObject({ name: "harness" });
  });

  it("floods of pings and of fragments end the socket [req:rpc.socket-frames]", async () => {
    for (const flood of [
      (socket: WebSocket) => socket.ping(),
      (socket: WebSocket) => socket.send("x", { fin: false }),
    ]) {
      const client = await join(edge);
      for (let n = 0; n < 200_000 && client.socket.readyState === WebSocket.OPEN; n += 1)
        flood(client.socket);
      expect([1006, 1008, 1009]).toContain(await client.closed);
    }
  });
});

describe("a client of /ws", () => {
  it("that does not read is dropped and costs little meanwhile, others are told [req:rpc.slow-client]", async () => {
    await using at = await own({ patience: { drainMs: 300 } });
    const text = "x".repeat(10_000);
    for (let n = 0; n < 2000; n += 1) at.log.append(text);
    const before = process.memoryUsage().rss;
    const stuck = await Promise.all(Array.from({ length: 10 }, () => join(at)));
    for (const client of stuck) await client.greet({ notifications: false });
    for (const client of stuck) {
      client.socket.pause();
      client.send({ jsonrpc: "2.0", method: "events/subscribe", params: { after_seq: 0 } });
    }
    await vi.waitFor(() => expect(at.log.cursors).toBe(10));
    await using reads = await join(at);
    await reads.greet();
    at.log.append("live");
    expect(await reads.next()).toMatchObject({ method: "warning", params: { seq: 2001, prev_seq: 2000 } });
    await vi.waitFor(() => expect(at.log.cursors).toBe(1), { timeout: 10_000 });
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
    for (const { socket } of stuck) socket.terminate();
  });

  it("that asks and asks and reads no answer is not read any more, and dropped [req:rpc.slow-client]", async () => {
    await using at = await own({ patience: { drainMs: 300 }, answer: () => "x".repeat(200_000) });
    const client = await join(at);
    await client.greet();
    client.socket.pause();
    for (let id = 0; id < 5000; id += 1) client.send({ jsonrpc: "2.0", id, method: "health/get" });
    await vi.waitFor(() => expect(at.log.cursors).toBe(0), { timeout: 15_000 });
    expect(at.calls.length).toBeLessThan(2000);
    client.socket.resume();
    expect(await client.closed).toBe(1006);
  });

  it("that answers no ping is dropped [req:rpc.socket]", async () => {
    await using at = await own({ config: { sse_heartbeat_secs: 0.05 } });
    const socket = connectTcp(at.port, "127.0.0.1", () =>
      socket.write(upgrade(at.port, `Authorization: Bearer ${TOKEN}\r\n`)),
    );
    socket.resume();
    await once(socket, "close");
  });

  it("is told of a stop with 1001, of a broken feed with 1011 [req:rpc.socket]", async () => {
    const stopped = await own({});
    const client = await join(stopped);
    await client.greet();
    await stopped.server.close();
    expect(await client.closed).toBe(1001);
    expect(stopped.log.cursors).toBe(0);
    await using at = await own({});
    const opened = at.log.open;
    at.log.open = (filter, after) => {
      const feed = opened(filter, after);
      if (feed.status === "ok") feed.cursor.take = () => Promise.reject(new Error("disk gone"));
      return feed;
    };
    const broken = await join(at);
    await broken.greet();
    expect(await broken.closed).toBe(1011);
  });
});
