import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { world } from "../scenarios/world.ts";
import { testServer } from "../support/test-server.ts";

it("the status tells who listens and how far behind, and forgets who left [req:web-api.vitals]", async () => {
  await using server = await testServer();
  const status = () => server.client.call("server/status", {});
  expect((await status()).clients).toEqual({ streams: 0, sockets: 0, subscriptions: 0, lag: 0 });
  const left = new AbortController();
  const stream = await server.fetch("/events", { signal: left.signal });
  await stream.body?.getReader().read();
  const socket = server.ws();
  await once(socket, "open");
  const answered = once(socket, "message");
  socket.send(JSON.stringify({ type: "subscribe", id: "a", topic: "all", after_seq: 0 }));
  await answered;
  const { clients, events } = await status();
  expect(clients).toMatchObject({ streams: 1, sockets: 1, subscriptions: 2 });
  expect(clients.lag).toBeLessThanOrEqual(events.head_seq);
  expect(events.oldest_seq).toBe(1);
  left.abort();
  socket.close();
  await once(socket, "close");
  await expect
    .poll(async () => (await status()).clients)
    .toMatchObject({ streams: 0, sockets: 0, subscriptions: 0 });
});

describe.each(["sqlite", "postgres"] as const)("the status on %s", (database) => {
  it("tells how much there is, and that the process keeps up [req:web-api.vitals]", async () => {
    await using w = await world({ database });
    const before = w.app.clock.now() - w.app.operations.startedAt;
    const status = await w.call("server/status", {});
    expect(status.database_bytes).toBeGreaterThan(10_000);
    expect(status.uptime_ms).toBeGreaterThanOrEqual(before);
    expect(status.events.head_seq).toBe(status.last_seq);
    expect(status.process.rss_bytes).toBeGreaterThan(status.process.heap_bytes);
    await expect
      .poll(async () => (await w.call("server/status", {})).process.event_loop_p99_ms)
      .toBeGreaterThanOrEqual(0);
  });
});
