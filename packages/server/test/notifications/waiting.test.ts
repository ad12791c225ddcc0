import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { type World, world } from "../scenarios/world.ts";
import { type ManualClock, manualClock } from "../support/manual-clock.ts";
import { testDir } from "../support/test-app.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { channels, messageOf, move, sleepsUntil, stored, waits } from "./story.ts";

const iso = (time: number) => new Date(time).toISOString();

/** A server that stops and starts again on the same data, while the clock goes on. */
describe.each(["sqlite", "postgres"] as const)("a notification that waits, on %s", (database) => {
  let dir: string;
  let postgres: TestPostgres | undefined;
  let clock: ManualClock;
  let receiver: Receiver;
  beforeEach(async () => {
    dir = testDir("notify");
    postgres = database === "postgres" ? await startPostgres() : undefined;
    clock = manualClock("2026-01-01T20:00:00Z");
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await receiver[Symbol.asyncDispose]();
    await postgres?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function open(config: string): Promise<World> {
    const env: Record<string, string> = postgres ? { HARNESS_DATABASE_URL: postgres.url } : {};
    const w = await world({ dir, database: "sqlite", clock, config, env, start: false });
    await w.app.notifier.start();
    return w;
  }
  const hook = (more = "") => `name = "me"\ntype = "webhook"\nurl = "${receiver.url}/me"\n${more}`;
  const fails = async (w: World) => {
    const id = await w.submit();
    await move(w, id, { type: "claim", as: "implementing" });
    await move(w, id, { type: "finish", status: "failed", reason: "x" });
    return id;
  };

  it("is repeated as it was, less and less often, and given up after eight tries; nothing else is sent meanwhile [req:notify.retry]", async () => {
    await using w = await open(channels("", hook()));
    receiver.reply(...Array.from({ length: 8 }, () => ({ status: 500, body: "on fire\u001b[2J" })));
    const id = await fails(w);
    const [row] = await stored(w, 1);
    let due = clock.now() + 60_000;
    for (let n = 1; n <= 8; n += 1) {
      await sleepsUntil(clock, iso(due));
      if (n === 2) await fails(w);
      if (n === 2) await stored(w, 2);
      clock.advance(due - clock.now());
      const request = await receiver.request(n);
      expect(messageOf(request)).toMatchObject({ id: row!.id, items: [{ task_id: id }] });
      expect(request.headers["idempotency-key"]).toBe(row!.id);
      due += Math.min(60_000 * 2 ** (n - 1), 3_600_000);
    }
    const failed = await w.event(
      (event) => event.type === "notification.failed" && event.data.message.includes("given up"),
    );
    const { host } = new URL(receiver.url);
    expect(failed.data).toEqual({
      channel: "me",
      notification_ids: [row!.id],
      message: `Try 8 of 8: ${host} answered 500: on fire�[2J (given up)`,
    });
    // The next message is sent as soon as the way is free.
    expect(messageOf(await receiver.request(9)).items).toHaveLength(1);
    await w.event((event) => event.type === "notification.sent");
    expect((await stored(w, 2)).map(({ state, tries }) => [state, tries])).toEqual([
      ["sent", 1],
      ["failed", 8],
    ]);
    expect((await w.call("task/get", { task_id: id })).status).toBe("failed");
  });

  it("is left for as long as the receiver asks [req:notify.retry]", async () => {
    await using w = await open(channels("", hook()));
    const date = new Date(clock.now() + 7_200_000).toUTCString();
    receiver.reply({ status: 429, headers: { "Retry-After": "600" } });
    receiver.reply({ status: 503, headers: { "Retry-After": date } });
    await fails(w);
    await sleepsUntil(clock, "2026-01-01T20:01:00.000Z");
    clock.advance(60_000);
    await receiver.request(1);
    await sleepsUntil(clock, "2026-01-01T20:11:00.000Z");
    clock.advance(600_000);
    await receiver.request(2);
    await sleepsUntil(clock, "2026-01-01T22:00:00.000Z");
    clock.advance(Date.parse("2026-01-01T22:00:00Z") - clock.now());
    await receiver.request(3);
    const sent = await w.event((event) => event.type === "notification.sent");
    expect(sent.at).toBe("2026-01-01T22:00:00.000Z");
  });

  it("waits for the end of quiet hours over a restart, urgent kinds do not, and then is one message [req:notify.quiet, notify.durable]", async () => {
    const quiet = 'quiet_hours = "22:00-07:00"\nurgent = ["broken"]';
    // New York: 22:00 is 03:00 in UTC.
    const config = channels('timezone = "America/New_York"', hook(quiet));
    clock.advance(Date.parse("2026-01-02T03:30:00Z") - clock.now());
    const ids: string[] = [];
    {
      await using w = await open(config);
      ids.push(await w.submit());
      await move(w, ids[0]!, waits(ids[0]!, clock.now()));
      await stored(w, 1);
      await sleepsUntil(clock, "2026-01-02T12:00:00.000Z");
    }
    clock.advance(3_600_000);
    {
      await using w = await open(config);
      ids.push(await w.submit());
      await move(w, ids[1]!, waits(ids[1]!, clock.now()));
      await fails(w);
      await stored(w, 3);
      await sleepsUntil(clock, "2026-01-02T04:31:00.000Z");
      clock.advance(60_000);
      expect(messageOf(await receiver.request(1)).counts).toEqual({ broken: 1 });
      await sleepsUntil(clock, "2026-01-02T12:00:00.000Z");
    }
    clock.advance(Date.parse("2026-01-02T11:59:59Z") - clock.now());
    await using w = await open(config);
    await sleepsUntil(clock, "2026-01-02T12:00:00.000Z");
    expect(receiver.received).toHaveLength(1);
    clock.advance(1000);
    const message = messageOf(await receiver.request(2));
    expect(message.items.map(({ task_id }) => task_id)).toEqual(ids);
    await w.event((event) => event.type === "notification.sent" && event.data.notification_ids.length === 2);
    expect(receiver.received).toHaveLength(2);
  });

  it("is told of what happened while the server was down, and never of what happened before there was a channel [req:notify.durable]", async () => {
    {
      await using w = await open("");
      await fails(w);
    }
    let known = "";
    {
      await using w = await open(channels("batch_secs = 0", hook()));
      await w.app.notifier.stop();
      known = await fails(w);
    }
    {
      await using w = await open(channels("batch_secs = 0", hook()));
      expect(messageOf(await receiver.request(1)).items.map(({ task_id }) => task_id)).toEqual([known]);
      await w.event((event) => event.type === "notification.sent");
    }
    {
      await using w = await open("");
      await fails(w);
      expect(clock.waiting).toEqual([]);
    }
    await using w = await open(channels("batch_secs = 0", hook()));
    const last = await fails(w);
    expect(messageOf(await receiver.request(2)).items.map(({ task_id }) => task_id)).toEqual([last]);
  });

  it("is dropped when its channel is no longer configured [req:notify.durable]", async () => {
    {
      await using w = await open(channels("", hook()));
      await fails(w);
      await stored(w, 1);
    }
    await using w = await open(
      channels("", `name = "other"\ntype = "webhook"\nurl = "${receiver.url}/other"`),
    );
    expect(await stored(w, 1)).toMatchObject([{ channel: "me", state: "dropped" }]);
    expect(clock.waiting).toEqual([]);
  });

  it("is not repeated when somebody handled it meanwhile [req:notify.once, notify.retry]", async () => {
    await using w = await open(channels("", hook()));
    const handled = Promise.withResolvers<void>();
    receiver.reply({ status: 500, after: handled.promise });
    const id = await w.submit();
    await move(w, id, waits(id, clock.now()));
    await stored(w, 1);
    await sleepsUntil(clock, "2026-01-01T20:01:00.000Z");
    clock.advance(60_000);
    await receiver.request(1);
    await move(w, id, { type: "unblock", by: "operator" });
    await vi.waitFor(async () => expect(await stored(w, 1)).toMatchObject([{ state: "dropped" }]));
    handled.resolve();
    await w.event((event) => event.type === "notification.failed");
    expect(await stored(w, 1)).toMatchObject([{ state: "dropped", tries: 0 }]);
    clock.advance(86_400_000);
    const other = await fails(w);
    await stored(w, 2);
    await sleepsUntil(clock, "2026-01-02T20:02:00.000Z");
    clock.advance(60_000);
    expect(messageOf(await receiver.request(2)).items.map(({ task_id }) => task_id)).toEqual([other]);
  });
});
