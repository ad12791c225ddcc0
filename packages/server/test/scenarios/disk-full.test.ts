import { rmSync } from "node:fs";
import path from "node:path";
import type { HarnessError } from "@harness/protocol";
import Sqlite from "better-sqlite3";
import { describe, expect, it, type TestContext } from "vitest";
import { isReady } from "../../src/start-server.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { allEvents, verifyInvariants } from "../support/invariants.ts";
import { manualClock } from "../support/manual-clock.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { type SmallDisk, smallDisk } from "../support/small-disk.ts";
import { testDir } from "../support/test-app.ts";
import { approves, implementer, sumCheck, sumFiles, world } from "./world.ts";

const MIB = 1024 ** 2;
const small = {
  HARNESS_DISK_RESERVE_BYTES: String(12 * MIB),
  HARNESS_DISK_MIN_FREE_BYTES: String(4 * MIB),
};

/** Writes half of its work and hangs; asked again it finds that and finishes. */
const halfway = implementer(`
  if (fs.existsSync("half.txt")) { write("sum.js", "module.exports = (a, b) => a + b;\\n"); say("done"); }
  else { write("half.txt", "half"); say("begun"); setInterval(() => {}, 1000); }`);

async function onSmallDisk(
  context: TestContext,
  mib: number,
  story: (dir: string, disk: SmallDisk) => Promise<void>,
): Promise<void> {
  const dir = testDir("disk");
  try {
    using disk = smallDisk(path.join(dir, "data"), mib);
    if (!disk) return context.skip("this process may not mount a tmpfs");
    await story(dir, disk);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Submits until the disk refuses; SQLite has a little room of its own at first. */
async function submitUntilRefused(server: ServerProcess): Promise<{ ids: string[]; status: number }> {
  const ids: string[] = [];
  for (;;) {
    const response = await fetch(`${server.url}/tasks`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
      body: JSON.stringify({ project: "idle", prompt: "x".repeat(100_000) }),
    });
    const body = (await response.json()) as { task_id?: string; detail?: string };
    if (response.ok) ids.push(body.task_id!);
    else {
      expect(JSON.stringify(body)).toContain("harness disk clean");
      return { ids, status: response.status };
    }
  }
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("on a disk that is really full", () => {
  it("submissions are refused, reads and cancels work, and with room everything goes on [req:up.disk-reserve]", (context) =>
    onSmallDisk(context, 96, async (dir, disk) => {
      const root = makeRepository(path.join(dir, "repo"), sumFiles);
      const idle = makeRepository(path.join(dir, "idle"), sumFiles);
      const server = await startServerProcess({
        dir,
        agents: { halfway, critic: approves },
        env: small,
      });
      try {
        const { client } = server;
        await client.call("project/create", { root, id: "app", validation: [sumCheck] });
        await client.call("project/create", { root: idle, id: "idle", validation: "none" });
        await client.call("project/update", { project: "idle", active: false });
        await client.call("disk/clean", {});
        expect((await client.call("server/status", {})).disk).toMatchObject({
          reserve: "held",
          shortage: null,
        });

        const { task_id } = await client.call("task/create", {
          project: "app",
          prompt: "Make sum add",
          agent: "halfway",
        });
        await until(async () => (await allEvents(client)).find((event) => event.type === "message.delta"));
        disk.fill();
        const { ids, status } = await submitUntilRefused(server);
        expect(status).toBe(507);

        // Paused, not failed; what the agent had done is kept.
        const paused = await until(async () => {
          const task = await client.call("task/get", { task_id });
          return task.status === "waiting" && task.attempt_history.at(-1)?.status !== "running"
            ? task
            : undefined;
        });
        expect(paused.block_reason).toMatchObject({
          code: "storage_full",
          needs: "timer",
          expires_at: expect.any(String),
        });
        expect(paused.head_sha).not.toBeNull();
        expect((await client.call("server/status", {})).disk).toMatchObject({ reserve: "freed" });
        expect((await client.call("health/get", {})).status).toBe("degraded");
        expect((await fetch(`${server.url}/readyz`)).status).toBe(503);

        // State and cancel use the room of the reserve.
        expect((await client.call("task/list", { limit: 500 })).data.length).toBe(ids.length + 1);
        const cancelled = ids.at(0) ?? task_id;
        if (ids.length > 0)
          expect((await client.call("task/cancel", { task_id: cancelled })).status).toBe("cancelled");
        await expect(client.call("task/create", { project: "idle", prompt: "no" })).rejects.toMatchObject({
          code: "storage_full",
        });
        await client.call("disk/clean", {});
        expect((await client.call("server/status", {})).disk.full_since).not.toBeNull();

        disk.empty();
        await client.call("disk/clean", {});
        const done = await until(async () => {
          const task = await client.call("task/get", { task_id });
          return task.status === "done" && task.attempt_history.at(-1)?.status !== "running"
            ? task
            : undefined;
        });
        expect(done.attempt_history.length).toBe(2);
        const types = (await allEvents(client)).map((event) => event.type);
        expect(types.filter((type) => type === "storage.full")).toHaveLength(1);
        expect(types.filter((type) => type === "storage.recovered")).toHaveLength(1);
        expect((await client.call("health/get", {})).status).toBe("ok");
        expect((await client.call("server/status", {})).disk).toMatchObject({
          reserve: "held",
          full_since: null,
        });
        for (const id of ids) if (id !== cancelled) await client.call("task/cancel", { task_id: id });
        await verifyInvariants({ client, dataDir: path.join(dir, "data"), root });
      } finally {
        await server.kill("SIGTERM");
      }
      const database = new Sqlite(path.join(dir, "data", "harness.db"), { readonly: true });
      try {
        expect(database.pragma("integrity_check")).toEqual([{ integrity_check: "ok" }]);
      } finally {
        database.close();
      }
    }));

  it("it is looked at again every thirty seconds, and work goes on by itself [req:disk.auto-resume]", (context) =>
    onSmallDisk(context, 48, async (dir, disk) => {
      const clock = manualClock("2026-03-01T22:00:00Z");
      await using w = await world({ dir, clock, env: small });
      await w.app.space.look();
      expect(w.app.space.reserve).toBe("held");
      disk.fill();
      w.app.space.report(Object.assign(new Error("full"), { code: "ENOSPC" }));
      await w.event((event) => event.type === "storage.full");
      disk.fill();
      clock.advance(31_000);
      await w.app.space.look();
      expect(w.app.space.fullSince).toBe(Date.parse("2026-03-01T22:00:00Z"));
      disk.empty();
      clock.advance(31_000);
      await w.event((event) => event.type === "storage.recovered");
      expect(w.app.space.reserve).toBe("held");
      expect((await w.run()).status).toBe("done");
    }));
});

describe("a full disk that is the user's own", () => {
  it("stops only the task that publishes there, and it is tried again by itself [req:disk.other-disk]", async (context) => {
    const dir = testDir("disk");
    try {
      using disk = smallDisk(path.join(dir, "mount"), 8);
      if (!disk) return context.skip("this process may not mount a tmpfs");
      const clock = manualClock("2026-03-01T22:00:00Z");
      const fill = (name: string) => (name === "K10" ? disk.fill() : undefined);
      await using w = await world({ dir, clock, failpoint: fill });
      const root = makeRepository(path.join(disk.dir, "repo"), sumFiles);
      await w.call("project/create", { root, id: "elsewhere", validation: [sumCheck] });
      const task = await w.run({ project: "elsewhere" });
      expect(task.block_reason).toMatchObject({ code: "storage_full", until: "2026-03-01T22:10:00.000Z" });
      expect(task.block_reason?.message).toContain(root);
      expect(w.app.space.fullSince).toBeUndefined();
      disk.empty();
      clock.advance(10 * 60_000);
      await w.event((event) => event.type === "task.ended");
      expect((await w.settled(task.id)).status).toBe("done");
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

describe("a database that cannot be written", () => {
  it("is said by the health, does not stop reading, and is well again with the next write [req:disk.degraded]", async () => {
    let broken = false;
    const failpoint = (name: string) => {
      if (name === "DB" && broken) throw Object.assign(new Error("EIO: i/o error, write"), { code: "EIO" });
    };
    await using w = await world({ failpoint });
    expect((await w.call("health/get", {})).status).toBe("ok");
    expect(isReady(w.app)).toBe(true);
    broken = true;
    await expect(w.submit()).rejects.toSatisfy((error: HarnessError) => error.code === "storage_failed");
    expect((await w.call("health/get", {})).status).toBe("degraded");
    expect(isReady(w.app)).toBe(false);
    expect((await w.call("task/list", {})).data).toEqual([]);
    broken = false;
    expect((await w.run()).status).toBe("done");
    expect((await w.call("health/get", {})).status).toBe("ok");
    expect(isReady(w.app)).toBe(true);
  });
});
