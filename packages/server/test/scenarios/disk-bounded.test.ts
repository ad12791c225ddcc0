import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { treeBytes } from "../../src/storage/index.ts";
import { userGit } from "../support/git-fixture.ts";
import { approves, implementer, reviewer, sumFiles, type World, world } from "./world.ts";

const MIB = 1024 ** 2;
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

/** A file of a mebibyte in the data directory, last used some time ago. */
function spare(w: World, name: string, age: number): string {
  const at = w.path("data", name);
  mkdirSync(at, { recursive: true });
  writeFileSync(path.join(at, "content"), Buffer.alloc(MIB, 1));
  const then = (Date.now() - age) / 1000;
  utimesSync(at, then, then);
  return at;
}

/** Two rounds, so two snapshots: the second is what was published. */
const twoRounds = {
  writer: implementer(
    `write("sum.js", "module.exports = (a, b) => a + b;\\n"); write("round-" + round + ".txt", String(round)); say("done");`,
  ),
  critic: reviewer(`round === 1 ? answer("changes_requested", [finding("high")]) : answer("approved");`),
};

const snapshotsOf = (w: World, projectId: string, taskId: string) =>
  w.app.operations.workspaces.snapshots({ projectId, taskId });

describe("the disk", () => {
  it("is kept within its bound: caches used longest ago go, and an event says so [req:up.disk-bounded]", async () => {
    await using w = await world({ config: `[disk]\nmax_bytes = ${3 * MIB}\nreserve_bytes = 0` });
    const [old, older, used] = [
      spare(w, "cache/proj_1/old", 9 * DAY),
      spare(w, "cache/proj_1/older", 10 * DAY),
      spare(w, "cache/proj_1/used", 0),
    ];
    const young = spare(w, "outputs/young", 1 * DAY);
    const before = await w.call("disk/get", {});
    expect(before.next.map(({ name }) => name)).toEqual(["proj_1/older", "proj_1/old"]);
    expect(before.kept.bytes).toBeGreaterThan(4 * MIB);
    expect(before.parts.find(({ part }) => part === "caches")?.bytes).toBeGreaterThan(3 * MIB);
    expect(before.mirrors).toEqual([]);

    const preview = await w.call("disk/clean", { dry_run: true });
    expect(preview).toMatchObject({ dry_run: true, what: "2 caches" });
    expect(existsSync(older)).toBe(true);
    expect(await w.call("disk/clean", {})).toMatchObject({ dry_run: false, what: "2 caches" });
    expect([older, old, used, young].map((at) => existsSync(at))).toEqual([false, false, true, true]);
    const cleaned = await w.event((event) => event.type === "disk.cleaned");
    expect(cleaned.data).toMatchObject({ what: "2 caches" });
    expect((await w.call("disk/clean", {})).what).toBe("nothing");
  });

  it("keeps every snapshot of unpublished work, and forgets earlier ones of published work after their time [req:up.disk-bounded]", async () => {
    let ahead = 0;
    await using w = await world({
      agents: twoRounds,
      config: "[disk]\nrecordings_days = 100",
      clock: { now: () => Date.now() + ahead },
    });
    const published = await w.run({ title: "published" });
    const moved = await w.run({ title: "moved" });
    expect([published.status, moved.status]).toEqual(["done", "done"]);
    userGit(w.root, "branch", "-f", moved.branch!, "main");
    const count = async () =>
      Promise.all(
        [published, moved].map(async (task) => (await snapshotsOf(w, task.project_id, task.id)).length),
      );
    expect(await count()).toEqual([2, 2]);

    expect((await w.call("disk/clean", {})).snapshots).toBe(0);
    ahead = 15 * DAY;
    expect((await w.call("disk/clean", { dry_run: true })).snapshots).toBe(1);
    expect(await count()).toEqual([2, 2]);
    expect(await w.call("disk/clean", {})).toMatchObject({ snapshots: 1, what: "1 snapshot" });
    expect(await count()).toEqual([1, 2]);
    const [kept] = await snapshotsOf(w, published.project_id, published.id);
    expect(kept?.sha).toBe(published.head_sha);
    // The mirror is whole, and work goes on in it.
    const mirror = w.path("data", "mirrors", `${published.project_id}.git`);
    expect(userGit(mirror, "fsck", "--full", "--strict")).not.toMatch(/missing|error|broken/);
    expect((await w.run({ title: "after" })).status).toBe("done");
  }, 120_000);

  it("is accounted for down to the last folder of the data directory [req:disk.accounted]", async () => {
    await using w = await world({ start: false });
    await w.submit();
    spare(w, "forgotten/deep", 0);
    spare(w, "mirrors/half-made", 0);
    const { parts } = await w.call("disk/get", {});
    const bytes = (name: string) => parts.find(({ part }) => part === name)?.bytes ?? 0;
    expect(bytes("other")).toBeGreaterThan(2 * MIB);
    const all = parts.reduce((sum, part) => sum + (part.bytes ?? 0), 0);
    const total = await treeBytes(w.path("data"));
    // The folders that hold the parts have a size of their own.
    expect(Math.abs(total - all)).toBeLessThan(MIB / 8);
  });

  it("counts a cache as used whenever a task takes from it [req:disk.cache-used]", async () => {
    let ahead = 0;
    const install = "const fs = require('fs'); fs.mkdirSync('deps'); fs.writeFileSync('deps/x', 'x')";
    await using w = await world({
      files: { ...sumFiles, ".gitignore": "deps\n" },
      project: { setup: [[process.execPath, "-e", install]], cache_dirs: ["deps"] },
      clock: { now: () => Date.now() + ahead },
    });
    const usedAt = async () => {
      ahead += 2 * DAY;
      const [cache] = (await w.call("disk/get", {})).next;
      return Date.parse(cache!.used_at);
    };
    await w.run();
    const first = await usedAt();
    await w.run();
    expect((await usedAt()) - first).toBeGreaterThan(1.9 * DAY);
  }, 120_000);

  it("leaves a project alone while an attempt of it runs [req:disk.never-while-running]", async () => {
    let ahead = 0;
    const hangs = implementer(`say("begun"); setInterval(() => {}, 1000);`);
    await using w = await world({
      agents: { ...twoRounds, hangs },
      clock: { now: () => Date.now() + ahead },
    });
    const task = await w.run();
    const running = await w.submit({ agent: "hangs", turn_timeout_secs: 3600, stall_timeout_secs: 3600 });
    await w.event((event) => event.type === "message.delta" && event.task_id === running);
    ahead = 15 * DAY;
    expect((await w.call("disk/clean", {})).snapshots).toBe(0);
    expect(await snapshotsOf(w, task.project_id, task.id)).toHaveLength(2);
    await w.call("task/cancel", { task_id: running });
    expect((await w.call("disk/clean", {})).snapshots).toBe(1);
  });

  it("is cleaned when free space falls below what new work needs [req:disk.low]", async () => {
    await using w = await world({
      agents: { critic: approves },
      env: { HARNESS_DISK_MIN_FREE_BYTES: String(10 ** 14), HARNESS_DISK_RESERVE_BYTES: "0" },
    });
    const cache = spare(w, "cache/proj_1/old", 2 * HOUR);
    await w.app.space.look();
    await w.event((event) => event.type === "disk.cleaned");
    expect(existsSync(cache)).toBe(false);
  });
});
