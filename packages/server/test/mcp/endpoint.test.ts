import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HostWorld, hostWorld } from "./host-world.ts";
import { begin, call, messages, post } from "./wire.ts";

describe("/mcp", () => {
  let world: HostWorld;
  beforeAll(async () => {
    world = await hostWorld();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("answers nobody without a token of this server, whatever session is named [req:mcp.token, mcp.session-bound]", async () => {
    const { session } = await begin(world);
    const { token: other } = await world.client.call("token/create", { name: "other" });
    const cookie = await login(world);
    const strangers: Record<string, string>[] = [
      { authorization: "" },
      { authorization: "Bearer ghp_0123456789012345678901234567890123456789" },
      { authorization: "", cookie, origin: world.url },
    ];
    for (const headers of strangers)
      for (const method of ["GET", "POST", "DELETE"]) {
        const response = await world.mcp({
          method,
          headers: { ...JSON_HEADERS, "mcp-session-id": session, ...headers },
          ...(method === "POST" ? { body: JSON.stringify(call("tools/list")) } : {}),
        });
        expect(response.status, `${method} ${JSON.stringify(headers)}`).toBe(401);
        expect(response.headers.get("mcp-session-id")).toBeNull();
      }
    const borrowed = await post(world, call("tools/list"), {
      authorization: `Bearer ${other}`,
      "mcp-session-id": session,
    });
    expect(borrowed.status).toBe(404);
    expect((await post(world, call("tools/list"), { "mcp-session-id": session })).status).toBe(200);
  });

  it("and the streams answer no page of another site, and carry no CORS header [req:mcp.cross-site]", async () => {
    const { task_id } = await world.client.call("task/create", { project: "app", prompt: "x" });
    const { session } = await begin(world);
    for (const at of ["/mcp", `/tasks/${task_id}/stream`, "/events"])
      for (const origin of ["https://evil.example", "null", "http://localhost:9999"])
        for (const method of at === "/mcp" ? ["GET", "POST", "DELETE", "OPTIONS"] : ["GET", "OPTIONS"]) {
          const response = await fetch(`${world.url}${at}`, {
            method,
            headers: {
              ...JSON_HEADERS,
              accept: "text/event-stream",
              authorization: `Bearer ${world.server.token}`,
              "mcp-session-id": session,
              origin,
              "sec-fetch-site": "cross-site",
            },
            ...(method === "POST" ? { body: JSON.stringify(call("tools/list")) } : {}),
          });
          expect(response.status, `${method} ${at} ${origin}`).toBe(403);
          expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual(
            [],
          );
        }
    // An EventSource sends no headers of its own: what it has is no credential.
    const bare = await fetch(`${world.url}/events`, { headers: { accept: "text/event-stream" } });
    expect(bare.status).toBe(401);
    expect(bare.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("is not reached by a rebound name [req:mcp.host]", async () => {
    const { port } = new URL(world.url);
    const asked = request({
      port,
      host: "127.0.0.1",
      path: "/mcp",
      method: "POST",
      headers: { host: `evil.example:${port}`, authorization: `Bearer ${world.server.token}` },
    });
    asked.end();
    const [response] = await once(asked, "response");
    response.resume();
    expect(response.statusCode).toBe(403);
  });

  it("refuses what is no request of the protocol, by its status [req:mcp.bad-requests]", async () => {
    const { session } = await begin(world);
    const held = { "mcp-session-id": session };
    const status = async (body: string, headers: Record<string, string> = held) =>
      (await world.mcp({ method: "POST", headers: { ...JSON_HEADERS, ...headers }, body })).status;
    const list = JSON.stringify(call("tools/list"));
    expect(await status(list, { "mcp-session-id": "00000000-0000-4000-8000-000000000000" })).toBe(404);
    expect(await status(list, {})).toBe(400);
    expect(await status(list, { ...held, "mcp-protocol-version": "1999-01-01" })).toBe(400);
    expect(await status("{", held)).toBe(400);
    expect(await status("", held)).toBe(400);
    expect(await status("[]", held)).toBe(400);
    expect(await status(`[${list},${list}]`, held)).toBe(400);
    expect(await status('{"jsonrpc":"1.0","id":1,"method":"ping"}')).toBe(400);
    expect(await status(list, { ...held, "content-type": "text/plain" })).toBe(415);
    expect(await status(list, { ...held, accept: "text/html" })).toBe(406);
    const large = JSON.stringify(call("tools/call", { name: "x".repeat(2 * 1024 * 1024) }));
    expect(await status(large)).toBe(413);
    expect((await world.mcp({ method: "PUT", headers: JSON_HEADERS, body: "{}" })).status).toBe(405);
    const unknown = messages(await (await post(world, call("tools/nothing"), held)).text());
    expect(unknown).toMatchObject([{ error: { code: -32601 } }]);
  });

  it("goes on where a stream was cut, in its own session only [req:mcp.resume]", async () => {
    const { session } = await begin(world);
    const headers = { "mcp-session-id": session, "mcp-protocol-version": "2025-11-25" };
    const answered = await (await post(world, call("tools/call", { name: "project_list" }), headers)).text();
    const first = /^id: (\S+)$/m.exec(answered)?.[1] ?? "";
    const again = await world.mcp({
      headers: { ...headers, accept: "text/event-stream", "last-event-id": first },
    });
    expect(again.status).toBe(200);
    const reader = again.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += part.value;
      if (text.includes('"structuredContent"')) break;
    }
    expect(text).toContain('"structuredContent"');
    await reader.cancel();
    const { session: second } = await begin(world);
    const stolen = await world.mcp({
      headers: { "mcp-session-id": second, accept: "text/event-stream", "last-event-id": first },
    });
    expect(stolen.status).toBe(400);
    const lost = await world.mcp({
      headers: { ...headers, accept: "text/event-stream", "last-event-id": "999999" },
    });
    expect(lost.status).toBe(400);
  });

  it("forgets a session that is deleted [req:mcp.sessions]", async () => {
    const { session } = await begin(world);
    const headers = { "mcp-session-id": session };
    expect((await world.mcp({ method: "DELETE", headers })).status).toBe(200);
    expect((await post(world, call("tools/list"), headers)).status).toBe(404);
  });

  it("ends the sessions and streams of a token that is taken back [req:mcp.token-over]", async () => {
    const { token } = await world.client.call("token/create", { name: "leaving" });
    const authorization = `Bearer ${token}`;
    const { session } = await begin(world, { authorization });
    const open = await world.mcp({
      headers: { authorization, "mcp-session-id": session, accept: "text/event-stream" },
    });
    expect(open.status).toBe(200);
    const ended = open.text().catch(() => "cut");
    await world.client.call("token/revoke", { token: "leaving" });
    await ended;
    const after = await post(world, call("tools/list"), { authorization, "mcp-session-id": session });
    expect(after.status).toBe(401);
  });
});

describe("a server that stops", () => {
  it("ends the streams and waits of its hosts [req:mcp.closed]", async () => {
    const world = await hostWorld();
    await world.client.call("project/update", { project: "app", active: false });
    const { task_id } = await world.client.call("task/create", { project: "app", prompt: "x" });
    const { session } = await begin(world);
    const open = await world.mcp({ headers: { "mcp-session-id": session, accept: "text/event-stream" } });
    const host = await world.host("2026-07-28");
    const waiting = host
      .callTool({ name: "task_wait", arguments: { task_id, timeout_secs: 3600 } }, { timeout: 60_000 })
      .then(
        () => "answered",
        () => "cut",
      );
    await world.server.stop();
    await open.text().catch(() => "cut");
    expect(["answered", "cut"]).toContain(await waiting);
    await world[Symbol.asyncDispose]();
  });
});

const JSON_HEADERS = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

async function login(world: HostWorld): Promise<string> {
  const { url } = await world.client.call("auth/login_code", {});
  const response = await fetch(url, { redirect: "manual" });
  return (response.headers.get("set-cookie") ?? "").split(";")[0]!;
}
