import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { world } from "../scenarios/world.ts";

const DAY = 24 * 60 * 60_000;

describe("settings of the disk", () => {
  it("disk.min_free_bytes: no attempt starts below it, and the status says why", async () => {
    await using w = await world({ config: `[disk]\nmin_free_bytes = ${1024 ** 5}\nreserve_bytes = 0` });
    const task_id = await w.submit();
    await w.app.space.look();
    expect((await w.call("task/get", { task_id })).status).toBe("queued");
    const { disk } = await w.call("server/status", {});
    expect(disk).toMatchObject({ min_free_bytes: 1024 ** 5, full_since: null });
    expect(disk.shortage).toContain("disk.min_free_bytes");
    const { checks } = await w.call("server/doctor", {});
    expect(checks.find(({ name }) => name === "data directory")).toMatchObject({
      ok: false,
      fix: expect.stringContaining("disk.min_free_bytes"),
    });
  });

  it("disk.reserve_bytes: so much is really written, for the owner only", async () => {
    const bytes = 3 * 1024 ** 2 + 1;
    await using w = await world({ config: `[disk]\nreserve_bytes = ${bytes}` });
    await w.app.space.look();
    const stats = statSync(w.path("data", "reserve"));
    expect(stats.size).toBe(bytes);
    expect(stats.blocks * 512).toBeGreaterThanOrEqual(bytes);
    expect(stats.mode & 0o777).toBe(0o600);
    expect((await w.call("server/status", {})).disk.reserve).toBe("held");
  });

  it("disk.max_bytes, disk.keep_days: outputs go only beyond the bound and past their time", async () => {
    await using w = await world({ config: "[disk]\nmax_bytes = 0\nkeep_days = 3\nreserve_bytes = 0" });
    const output = (name: string, days: number) => {
      const file = w.path("data", "outputs", name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, "output");
      const then = (Date.now() - days * DAY) / 1000;
      utimesSync(file, then, then);
      return file;
    };
    const [young, old] = [output("young", 2), output("old", 4)];
    expect((await w.call("disk/get", {})).kept).toMatchObject({ max_bytes: 0, keep_days: 3 });
    await w.call("disk/clean", {});
    expect([existsSync(young), existsSync(old)]).toEqual([true, false]);
  });

  it("disk.recordings_days: goes after its days and counts in the disk's use; 0 records none", async () => {
    await using w = await world({ config: "[disk]\nrecordings_days = 2\nreserve_bytes = 0" });
    const { turns } = await w.run();
    const names = () => readdirSync(w.path("data", "recordings")).sort();
    expect(names()).toEqual(turns.map(({ id }) => `${id}.jsonl.gz`).sort());
    const old = (Date.now() - 3 * DAY) / 1000;
    utimesSync(w.path("data", "recordings", `${turns[0]!.id}.jsonl.gz`), old, old);
    const use = await w.call("disk/get", {});
    expect(use.parts.find(({ part }) => part === "recordings")?.bytes).toBeGreaterThan(0);
    expect((await w.call("disk/clean", {})).what).toContain("1 recording");
    expect(names()).toEqual(
      turns
        .slice(1)
        .map(({ id }) => `${id}.jsonl.gz`)
        .sort(),
    );

    await using none = await world({ config: "[disk]\nrecordings_days = 0" });
    await none.run();
    expect(readdirSync(none.path("data", "recordings"))).toEqual([]);
  });
});
