import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { Agent, request } from "node:http";
import path from "node:path";
import { HarnessClient } from "@harness/client";
import { expect, it } from "vitest";
import { testServer } from "../support/test-server.ts";

it("a token of the install that is replaced opens nothing from then on: 401 on a connection that stays open, sockets closed with 1008, streams and browser logins ended [req:safety.a12, access.rotate]", async () => {
  await using server = await testServer();
  const old = server.token;
  const login = await server.fetch(
    new URL(server.server.loginUrl()).pathname + new URL(server.server.loginUrl()).search,
  );
  const cookie = login.headers.get("set-cookie")!.split(";")[0]!;
  const page = () => server.fetch("/status", { headers: { authorization: "", cookie } });
  expect((await page()).status).toBe(200);
  const kept = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<{ status: number | undefined; reused: boolean }>((resolve, reject) => {
      const asked = request(`${server.url}/status`, {
        agent: kept,
        headers: { authorization: `Bearer ${old}` },
      });
      asked.on("response", (answer) => {
        answer.resume();
        answer.on("end", () => resolve({ status: answer.statusCode, reused: asked.reusedSocket }));
      });
      asked.on("error", reject);
      asked.end();
    });
  expect(await ask()).toEqual({ status: 200, reused: false });
  const stream = await server.fetch("/events");
  const streamed = stream.text();
  const events = server.ws();
  const rpc = server.ws(undefined, "/ws");
  await Promise.all([once(events, "open"), once(rpc, "open")]);
  const closed = Promise.all([once(events, "close"), once(rpc, "close")]);

  const { token } = await server.client.call("token/rotate", {});
  expect(token).not.toBe(old);
  expect(await ask()).toEqual({ status: 401, reused: true });
  kept.destroy();
  await streamed;
  expect((await closed).map(([code]) => code)).toEqual([1008, 1008]);
  expect((await page()).status).toBe(401);
  await expect(server.client.call("server/status", {})).rejects.toMatchObject({ code: "unauthorized" });

  const file = path.join(server.dataDir, "token");
  expect(readFileSync(file, "utf8").trim()).toBe(token);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const client = new HarnessClient({ url: server.url, token });
  await client.call("server/status", {});
  const { data } = await client.call("event/query", { type: ["token.rotated"] });
  expect(data).toHaveLength(1);
  expect(server.logs() + JSON.stringify(data)).not.toContain(token);
  // The next server takes the same.
  await server.restart();
  await client.call("server/status", {});
});

it("a token the settings name is not replaced behind their back [req:access.rotate]", async () => {
  await using server = await testServer({ env: { HARNESS_API_TOKEN: "named-token-0123456789" } });
  await expect(server.client.call("token/rotate", {})).rejects.toMatchObject({ code: "capability_missing" });
  await server.client.call("server/status", {});
});
