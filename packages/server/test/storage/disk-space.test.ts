import { existsSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { HarnessError } from "@harness/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EventLog } from "../../src/events/index.ts";
import { DiskSpace, isDiskFull, openStorage, Reserve } from "../../src/storage/index.ts";
import { manualClock } from "../support/manual-clock.ts";
import { smallDisk } from "../support/small-disk.ts";

const MIB = 1024 ** 2;
const full = () => Object.assign(new Error("no space"), { code: "ENOSPC" });

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "harness-space-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("the reserve", () => {
  it("takes real room, is found again, and gives it back [req:disk.reserve]", async () => {
    const file = path.join(dir, "reserve");
    const reserve = new Reserve({ file, bytes: 2 * MIB + 7 });
    expect(reserve.held).toBe(false);
    expect(await reserve.make()).toBe(true);
    const { size, blocks, mode } = statSync(file);
    expect([size, blocks * 512 >= size, mode & 0o777]).toEqual([2 * MIB + 7, true, 0o600]);
    expect(new Reserve({ file, bytes: 2 * MIB + 7 }).held).toBe(true);
    // One of another size, or one with holes, is none.
    expect(new Reserve({ file, bytes: MIB }).held).toBe(false);
    expect(reserve.free()).toBe(true);
    expect(existsSync(file)).toBe(false);
    expect(reserve.free()).toBe(false);
    writeFileSync(file, "");
    truncateSync(file, 2 * MIB);
    expect(new Reserve({ file, bytes: 2 * MIB }).held).toBe(false);
  });

  it("is not made when it is needed meanwhile, nor half where there is no room [req:disk.reserve]", async (context) => {
    const file = path.join(dir, "reserve");
    const needed = new Reserve({ file, bytes: 64 * MIB });
    const making = needed.make();
    needed.free();
    expect(await making).toBe(false);
    expect([existsSync(file), existsSync(`${file}.draft`)]).toEqual([false, false]);
    using disk = smallDisk(path.join(dir, "small"), 4);
    if (!disk) return context.skip("this process may not mount a tmpfs");
    const large = new Reserve({ file: path.join(disk.dir, "reserve"), bytes: 8 * MIB });
    expect(await large.make()).toBe(false);
    expect(existsSync(path.join(disk.dir, "reserve.draft"))).toBe(false);
  });
});

describe("a full database", () => {
  it("runs the group once more when room was made, and every job counts once [req:disk.full-retry]", async () => {
    await using storage = await openStorage({ file: path.join(dir, "harness.db") });
    const met: string[] = [];
    let fullAt = Number.POSITIVE_INFINITY;
    let commits = 0;
    const log = await EventLog.open({
      storage,
      clock: { now: () => 1_000 },
      redact: (value) => value,
      failpoint: () => {
        commits += 1;
        if (commits >= fullAt && commits < fullAt + (met.includes("twice") ? 2 : 1)) throw full();
      },
      makeRoom: (error) => {
        met.push(isDiskFull(error) ? "full" : "other");
        return true;
      },
    });
    const note = (reason: string) =>
      log.write((tx) => tx.append({ type: "server.stopped", actor: "test", data: { reason } }));
    const refused = (code: "draining" | "storage_full") =>
      log.write(() => Promise.reject(new HarnessError(code, "no")));
    await note("before");
    fullAt = commits + 1;
    // A refusal is a job's own, also one for want of room: its neighbours are stored.
    const all = [note("one"), refused("draining"), refused("storage_full"), note("two")];
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
    expect(met).toEqual(["full"]);
    met.push("twice");
    fullAt = commits + 1;
    await expect(note("three")).rejects.toMatchObject({ code: "storage_full" });
    expect(log.failure?.code).toBe("storage_full");
    await note("four");
    expect(log.failure).toBeUndefined();
    const stored = await log.read({ afterSeq: 0 });
    expect(stored.map(({ seq, data }) => [seq, data])).toEqual(
      ["before", "one", "two", "four"].map((reason, index) => [index + 1, { reason }]),
    );
    await log.close();
  });
});

describe("a disk that keeps filling up", () => {
  it("is trusted again after half a minute, later each time, and at once when a person says so [req:disk.distrust]", async () => {
    const clock = manualClock(0);
    const reserve = new Reserve({ file: path.join(dir, "reserve"), bytes: 0 });
    const space = new DiskSpace({ dir, reserve, minFreeBytes: 0, clock });
    const fullFor = async () => {
      space.report(full());
      const since = clock.now();
      for (; space.fullSince !== undefined; clock.advance(10_000)) await space.look();
      return clock.now() - since - 10_000;
    };
    expect(space.report(new Error("something else"))).toBe(false);
    expect(space.shortage).toBeUndefined();
    expect([await fullFor(), await fullFor(), await fullFor()]).toEqual([30_000, 60_000, 120_000]);
    clock.advance(11 * 60_000);
    expect(await fullFor()).toBe(30_000);
    space.report(full());
    expect(space.shortage).toContain("harness disk clean");
    await space.look(true);
    expect(space.shortage).toBeUndefined();
  });
});
