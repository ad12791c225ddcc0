import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Edge, sendRaw, startEdge, statusOf, TOKEN } from "../http/edge.ts";

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({ answer: (name) => ({ did: name }) });
});
afterAll(() => edge[Symbol.asyncDispose]());
beforeEach(() => {
  edge.calls.length = 0;
});

const post = (body: string, headers: Record<string, string> = { "content-type": "application/json" }) =>
  edge.fetch("/rpc", { method: "POST", headers, body });
const call = (method: string, params?: object, id: unknown = 1) =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });

describe("POST /rpc", () => {
  it("answers calls and batches with 200, refused or not, and nothing with 204 [req:rpc.http]", async () => {
    const good = await post(call("task/list", { limit: 1 }));
    expect([good.status, good.headers.get("content-type")]).toEqual([200, "application/json; charset=utf-8"]);
    expect(await good.json()).toEqual({ jsonrpc: "2.0", id: 1, result: { did: "task/list" } });
    expect(edge.calls).toMatchObject([{ name: "task/list", raw: { limit: 1 } }]);
    for (const body of ["{", "", "[]", call("nonsense"), `[${call("nonsense")},1]`])
      expect((await post(body)).status, body).toBe(200);
    const silent = await post('{"jsonrpc":"2.0","method":"task/list"}');
    expect([silent.status, await silent.text()]).toEqual([204, ""]);
  });

  it("needs no handshake, allows one, and sends nobody what happens [req:rpc.http]", async () => {
    const hello = (await (await post(call("initialize", { clientInfo: { name: "x" } }))).json()) as {
      result: object;
    };
    expect(hello.result).toMatchObject({
      name: "harness",
      version: "0.0.0-test",
      capabilities: { notifications: true },
    });
    expect(await (await post(call("initialized"))).json()).toMatchObject({ result: {} });
    expect(await (await post(call("events/subscribe"))).json()).toMatchObject({
      error: { code: -32600, message: expect.stringContaining("/ws") },
    });
    expect(edge.log.cursors).toBe(0);
  });

  it("is closed to whoever HTTP is closed to, and to what is no JSON [req:rpc.http]", async () => {
    const body = call("task/list");
    const json = { "content-type": "application/json" };
    for (const [response, status] of [
      [edge.fetch("/rpc", { method: "POST", token: null, headers: json, body }), 401],
      [edge.fetch("/rpc", { method: "POST", token: "wrong", headers: json, body }), 401],
      [post(body, { ...json, origin: "https://evil.com" }), 403],
      [post(body, { ...json, "sec-fetch-site": "cross-site" }), 403],
      [post(body, { "content-type": "text/plain" }), 415],
      [post(body, { "content-type": "application/x-www-form-urlencoded" }), 415],
      [post(body, { "content-type": "application/json; charset=utf-16" }), 415],
      [post(call("task/list", { text: "x".repeat(1_100_000) })), 413],
      [edge.fetch("/rpc"), 405],
      [edge.fetch("/rpc", { method: "DELETE" }), 405],
    ] as const) {
      const answer = await response;
      expect(answer.status).toBe(status);
      expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    }
    const typeless = `POST /rpc HTTP/1.1\r\nHost: 127.0.0.1:${edge.port}\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
    expect(statusOf(await sendRaw(edge.port, typeless))).toBe(415);
    expect(edge.calls).toEqual([]);
  });

  it("gives no more than the token does, whatever headers and messages say [req:rpc.scopes]", async () => {
    const headers = {
      "content-type": "application/json",
      "x-harness-scopes": "root",
      "x-forwarded-user": "root",
    };
    await post(call("task/list"), headers);
    // The scopes of the edge's own caller, those of an agent among them.
    expect([...(edge.calls[0]?.scopes ?? [])].sort()).toEqual(["open", "operate", "read", "submit", "task"]);
    expect(
      statusOf(
        await sendRaw(
          edge.port,
          `POST /rpc HTTP/1.1\r\nHost: 127.0.0.1:${edge.port}\r\nX-Harness-Scopes: operate\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
        ),
      ),
    ).toBe(401);
  });
});
