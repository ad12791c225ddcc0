import { HarnessClient } from "@harness/client";
import { describe, expect, it } from "vitest";
import { type TestServer, testServer } from "../support/test-server.ts";

/** The addresses the access log has, once this many requests were answered. */
async function addresses(server: TestServer, count: number): Promise<string[]> {
  for (;;) {
    const records = server
      .logs()
      .split("\n")
      .filter((line) => line.includes('"msg":"request"') && line.includes('"/status"'));
    if (records.length >= count) return records.map((line) => /"address":"([^"]*)"/.exec(line)![1]!);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("headers that say where a request comes from", () => {
  it("are ignored from anybody, and say nothing of rights [req:safety.a11]", async () => {
    await using server = await testServer({ config: "[server]\naccess_log = true" });
    const { token } = await server.client.call("token/create", { name: "reader", scopes: ["read"] });
    const lies = {
      authorization: `Bearer ${token}`,
      "x-forwarded-for": "203.0.113.7",
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "https",
      "x-forwarded-user": "admin",
      "x-harness-scopes": "operate",
      "x-real-ip": "203.0.113.8",
      forwarded: "for=203.0.113.9",
    };
    expect((await server.fetch("/status", { headers: lies })).status).toBe(200);
    expect(await addresses(server, 1)).toEqual(["127.0.0.1"]);
    expect((await server.fetch("/tokens", { headers: lies })).status).toBe(403);
    expect((await server.fetch("/status", { headers: { ...lies, authorization: "" } })).status).toBe(401);
    const socket = server.ws({ authorization: `Bearer ${token}` }, "/ws");
    const answered = new Promise<string>((resolve) => socket.on("message", (data) => resolve(String(data))));
    socket.on("open", () => {
      const params = { client_info: { name: "x", version: "1" }, scopes: ["operate"] };
      socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params }));
    });
    // Unknown words are refused; they never are rights.
    expect(JSON.parse(await answered)).toMatchObject({ id: 1, error: { code: -32602 } });
    socket.close();
    const reader = new HarnessClient({ url: server.url, token });
    await expect(reader.call("token/list", {})).rejects.toMatchObject({ code: "forbidden" });
  });

  it("are believed from a proxy the operator trusts, and from no other [req:safety.a11]", async () => {
    const trusting = (proxies: string) =>
      testServer({ config: `[server]\naccess_log = true\ntrusted_proxies = ["${proxies}"]` });
    const headers = { "x-forwarded-for": "198.51.100.1, 203.0.113.7" };
    await using trusted = await trusting("127.0.0.0/8");
    await trusted.fetch("/status", { headers });
    // The nearest one that is no proxy of ours: what it was told in turn is its own word.
    expect(await addresses(trusted, 1)).toEqual(["203.0.113.7"]);
    await using other = await trusting("10.1.2.3");
    await other.fetch("/status", { headers });
    expect(await addresses(other, 1)).toEqual(["127.0.0.1"]);
  });
});
