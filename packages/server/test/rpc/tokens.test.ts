import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestServer, testServer } from "../support/test-server.ts";
import { httpWire, socketWire } from "./wires.ts";

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** A token of its own, and where it opens the door. */
async function token(name: string, scopes: ("read" | "submit" | "operate")[]) {
  const made = await server.client.call("token/create", { name, scopes });
  return { url: server.url, token: made.token };
}

const task = { project: "app", prompt: "Do it" };

describe("a token with less than all scopes", () => {
  it("reads and is told, and changes nothing, over either transport [req:rpc.scopes]", async () => {
    const reader = await token("reader", ["read"]);
    await using socket = await socketWire(reader);
    await socket.greet();
    for (const wire of [httpWire(reader), socket]) {
      expect((await wire.call("task/list")).error).toBeUndefined();
      for (const [method, params] of [
        ["task/create", task],
        ["token/create", { name: "more", scopes: ["operate"] }],
      ] as const)
        expect((await wire.call(method, params)).error).toMatchObject({
          code: -32000,
          data: { code: "forbidden" },
        });
    }
    await server.submit();
    expect(await socket.next()).toMatchObject({
      method: "event",
      params: { event: { type: "task.queued" } },
    });
  });

  it("gives work over POST /rpc without being able to look [req:rpc.scopes]", async () => {
    const wire = httpWire(await token("giver", ["submit"]));
    expect((await wire.call("task/create", task)).result).toMatchObject({ status: "queued" });
    expect((await wire.call("task/list")).error).toMatchObject({ data: { code: "forbidden" } });
  });

  it("ends its sockets when it is taken back [req:rpc.scopes]", async () => {
    const wire = await socketWire(await token("gone", ["read"]));
    await wire.greet();
    await server.client.call("token/revoke", { token: "gone" });
    expect(await wire.closed).toBe(1008);
  });
});
