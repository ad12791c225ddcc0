import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  accountsToWake,
  admitTurn,
  beginProbe,
  blockedAccount,
  clearProbes,
  countFailure,
  freeAccount,
  leaveProbe,
  nextWake,
  noteSuccess,
  parkAccount,
  stopAccount,
} from "../../src/agents/index.ts";
import type { WriteTx } from "../../src/events/index.ts";
import { type World, world } from "../scenarios/world.ts";
import { type ManualClock, manualClock } from "../support/manual-clock.ts";

const minute = 60_000;
const hour = 60 * minute;

describe.each(["sqlite", "postgres"] as const)("accounts on %s", (database) => {
  let w: World;
  let clock: ManualClock;
  let start: number;
  beforeEach(async () => {
    clock = manualClock("2026-01-01T22:00:00Z");
    start = clock.now();
    w = await world({ start: false, database, clock });
  });
  afterEach(() => w[Symbol.asyncDispose]());

  const write = <T>(job: (tx: WriteTx) => Promise<T>) => w.app.log.write(job);
  const park = (reset_at?: number, jitter_ms = 0) =>
    write((tx) => parkAccount(tx, "claude", "used up", { reset_at, jitter_ms, retry_ms: hour }));

  it("are parked for twice as long each time nobody says how long, up to six hours [req:wait.quota-silent]", async () => {
    const waits: (number | undefined)[] = [];
    for (let n = 0; n < 6; n += 1) {
      const parked = await park();
      waits.push(((parked.wake_at ?? 0) - clock.now()) / hour);
      await write((tx) => freeAccount(tx, "claude"));
    }
    expect(waits).toEqual([1, 2, 4, 6, 6, 6]);
    await write((tx) => noteSuccess(tx, "claude"));
    expect((await park()).wake_at).toBe(start + hour);
  });

  it("keep their time when they are parked again, unless a later one is named [req:wait.quota-one-wake]", async () => {
    expect((await park(start + hour, 5)).wake_at).toBe(start + hour + 5);
    expect((await park(start + hour, 9)).wake_at).toBe(start + hour + 5);
    expect((await park()).wake_at).toBe(start + hour + 5);
    expect((await park(start + minute, 9)).wake_at).toBe(start + hour + 5);
    expect((await park(start + 2 * hour, 9)).wake_at).toBe(start + 2 * hour + 9);
    const { reader } = w.app.storage;
    expect(await nextWake(reader)).toBe(start + 2 * hour + 9);
    expect(await accountsToWake(reader, start + 2 * hour + 8)).toEqual([]);
    expect(await accountsToWake(reader, start + 2 * hour + 9)).toEqual([{ name: "claude", with_one: false }]);
    const parked = await w.app.log.read({ afterSeq: 0, filter: { types: ["account.parked"] } });
    expect(parked).toHaveLength(2);
  });

  it("stay stopped, whatever else happens, until they are freed [req:wait.auth-stops]", async () => {
    const stop = () =>
      write((tx) => stopAccount(tx, "claude", "refused", { fix: "log in", mark: undefined }));
    await park(start + hour);
    await stop();
    await stop();
    expect(await park(start + hour)).toMatchObject({ state: "stopped", wake_at: null, fix: "log in" });
    await write((tx) => noteSuccess(tx, "claude"));
    expect(await blockedAccount(w.app.storage.reader, "claude")).toMatchObject({ state: "stopped" });
    expect(await write((tx) => freeAccount(tx, "claude"))).toBe(true);
    expect(await write((tx) => freeAccount(tx, "claude"))).toBe(false);
    expect(await blockedAccount(w.app.storage.reader, "claude")).toBeUndefined();
    const stopped = await w.app.log.read({ afterSeq: 0, filter: { types: ["account.stopped"] } });
    expect(stopped).toHaveLength(1);
  });
});

describe.each(["sqlite", "postgres"] as const)("the breaker of an account on %s", (database) => {
  it("counts failures in a row within its window, lets one turn try, and forgets all after a good one [req:breaker.store]", async () => {
    const clock = manualClock("2026-01-01T22:00:00Z");
    await using w = await world({ start: false, database, clock });
    const { reader } = w.app.storage;
    const times = { failures: 2, window_ms: minute, cooldown_ms: minute, jitter_ms: 0 };
    const fail = () => w.app.log.write((tx) => countFailure(tx, "claude", "529", times));
    const admit = (turn: string) => w.app.log.write((tx) => admitTurn(tx, "claude", turn));
    await fail();
    clock.advance(2 * minute);
    await fail();
    expect(await blockedAccount(reader, "claude")).toBeUndefined();
    await fail();
    // One that was in flight changes nothing.
    await fail();
    expect(await blockedAccount(reader, "claude")).toMatchObject({
      state: "parked",
      cause: "failures",
      wake_at: clock.now() + minute,
    });
    clock.advance(minute);
    expect(await accountsToWake(reader, clock.now())).toEqual([{ name: "claude", with_one: true }]);
    await w.app.log.write((tx) => beginProbe(tx, "claude", { wanted: true, retry_ms: minute }));
    expect(await blockedAccount(reader, "claude")).toBeUndefined();
    expect(await admit("turn_1")).toBeUndefined();
    expect(await admit("turn_2")).toMatchObject({ state: "probing", cause: "failures" });
    // A probe that says nothing leaves the place to the next; a server that dies does too.
    await w.app.log.write((tx) => leaveProbe(tx, ["turn_2"]));
    expect(await admit("turn_2")).toMatchObject({ state: "probing" });
    await w.app.log.write((tx) => leaveProbe(tx, ["turn_1"]));
    expect(await admit("turn_2")).toBeUndefined();
    await w.app.log.write(clearProbes);
    expect(await admit("turn_3")).toBeUndefined();
    await fail();
    expect(await blockedAccount(reader, "claude")).toMatchObject({
      state: "parked",
      wake_at: clock.now() + 2 * minute,
    });
    clock.advance(2 * minute);
    await w.app.log.write((tx) => beginProbe(tx, "claude", { wanted: true, retry_ms: minute }));
    await admit("turn_4");
    await w.app.log.write((tx) => noteSuccess(tx, "claude"));
    expect(await accountsToWake(reader, clock.now())).toEqual([{ name: "claude", with_one: false }]);
    await w.app.log.write((tx) => freeAccount(tx, "claude"));
    await fail();
    expect(await blockedAccount(reader, "claude")).toBeUndefined();
  });
});
