import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { HarnessClient } from "@harness/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { manualClock } from "../support/manual-clock.ts";
import { type TestServer, testServer } from "../support/test-server.ts";

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** Reads a stream to its end. */
async function drain(response: Response): Promise<string> {
  return response.text();
}

describe("a token with scopes", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await testServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("may do what its scopes allow, and nothing else [req:access.scopes]", async () => {
    const { token } = await server.client.call("token/create", { name: "reader", scopes: ["read"] });
    const reader = new HarnessClient({ url: server.url, token });
    expect((await reader.call("project/list", {})).data).toHaveLength(1);
    await expect(reader.call("task/create", { project: "app", prompt: "x" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(reader.call("token/list", {})).rejects.toMatchObject({ code: "forbidden" });
    const { token: writing } = await server.client.call("token/create", {
      name: "writer",
      scopes: ["submit"],
    });
    const writer = new HarnessClient({ url: server.url, token: writing });
    const { task_id } = await writer.call("task/create", { project: "app", prompt: "x" });
    expect((await server.fetch(`/tasks/${task_id}/stream`, bearer(writing))).status).toBe(403);
    expect((await server.fetch("/ws/events", bearer(writing))).status).toBe(403);
    const { data } = await server.client.call("event/query", { task_id, type: ["task.queued"] });
    expect(data[0]).toMatchObject({ actor: "token:writer" });
  });

  it("has them from the server's own record, whatever a request says of itself [req:access.scopes]", async () => {
    const { token } = await server.client.call("token/create", { name: "liar", scopes: ["read"] });
    const response = await server.fetch("/tasks", {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "x-harness-scopes": "operate",
        "x-forwarded-user": "admin",
      },
      body: JSON.stringify({ project: "app", prompt: "x" }),
    });
    expect(response.status).toBe(403);
  });

  it("cannot make one that may do more [req:access.no-more]", async () => {
    const { token } = await server.client.call("token/create", { name: "op", scopes: ["operate"] });
    const operator = new HarnessClient({ url: server.url, token });
    await expect(operator.call("token/create", { name: "up", scopes: ["submit"] })).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(await operator.call("token/create", { name: "same", scopes: ["operate"] })).toMatchObject({
      scopes: ["operate"],
    });
  });

  it("is shown once and kept as a hash, and no two valid ones share a name [req:access.hashed]", async () => {
    const made = await server.client.call("token/create", { name: "once" });
    expect(made).toMatchObject({ scopes: ["read", "submit"], expires_at: null, state: "valid" });
    await expect(server.client.call("token/create", { name: "once" })).rejects.toMatchObject({
      code: "token_exists",
    });
    const { tokens } = await server.client.call("token/list", {});
    expect(tokens[0]).toMatchObject({ id: made.id, name: "once" });
    expect(JSON.stringify(tokens)).not.toContain(made.token);
    for (const name of readdirSync(server.dataDir, { recursive: true, encoding: "utf8" })) {
      if (!/\.(db|db-wal|log|sqlite)/.test(name)) continue;
      expect(readFileSync(path.join(server.dataDir, name)).includes(made.token), name).toBe(false);
    }
  });

  it("taken back is refused at once, and what it opened ends [req:access.revoked]", async () => {
    const { token, id } = await server.client.call("token/create", { name: "gone", scopes: ["read"] });
    const stream = await server.fetch("/events", bearer(token));
    expect(stream.status).toBe(200);
    const socket = server.ws({ authorization: `Bearer ${token}` });
    await once(socket, "open");
    const closed = once(socket, "close");
    const ended = drain(stream);
    expect(await server.client.call("token/revoke", { token: "gone" })).toMatchObject({
      id,
      state: "revoked",
    });
    expect((await server.fetch("/status", bearer(token))).status).toBe(401);
    await ended;
    expect((await closed)[0]).toBe(1008);
    expect(await server.client.call("token/revoke", { token: id })).toMatchObject({ state: "revoked" });
    await expect(server.client.call("token/revoke", { token: "nobody" })).rejects.toMatchObject({
      code: "token_not_found",
    });
    const { tokens } = await server.client.call("token/list", { all: true });
    expect(tokens.find((one) => one.id === id)).toMatchObject({ state: "revoked" });
  });
});

describe("tokens of a server that goes on", () => {
  it("stop when their time is over, and their streams with them [req:access.expires]", async () => {
    const clock = manualClock("2026-01-01T00:00:00Z");
    await using server = await testServer({ clock });
    const { token } = await server.client.call("token/create", {
      name: "short",
      expires_at: "2026-01-01T01:00:00Z",
    });
    const stream = await server.fetch("/events", bearer(token));
    clock.advance(3_599_000);
    expect((await server.fetch("/status", bearer(token))).status).toBe(200);
    clock.advance(1_000);
    expect((await server.fetch("/status", bearer(token))).status).toBe(401);
    await drain(stream);
    // The name is free again.
    await server.client.call("token/create", { name: "short" });
    await expect(
      server.client.call("token/create", { name: "past", expires_at: "2025-01-01T00:00:00Z" }),
    ).rejects.toMatchObject({ code: "invalid_params", details: { field: "expires_at" } });
  });

  it("are still valid, and still taken back, after a restart [req:access.restart]", async () => {
    await using server = await testServer();
    const kept = await server.client.call("token/create", { name: "kept" });
    const gone = await server.client.call("token/create", { name: "gone" });
    await server.client.call("token/revoke", { token: "gone" });
    await server.restart();
    expect((await server.fetch("/status", bearer(kept.token))).status).toBe(200);
    expect((await server.fetch("/status", bearer(gone.token))).status).toBe(401);
  });
});
