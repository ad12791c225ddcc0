import type { Result } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { fakeServer } from "./support/fake-server.ts";
import { typed } from "./support/typed.ts";

const at = "2026-01-02T03:00:00.000Z";
const roomy = {
  free_bytes: 5 * 1024 ** 3,
  min_free_bytes: 1024 ** 3,
  reserve: "held",
  full_since: null,
  shortage: null,
} as const;
const full = {
  ...roomy,
  free_bytes: 1536,
  reserve: "freed",
  full_since: at,
  shortage: "The disk is full. Run: harness disk clean.",
} as const;
const spare = { kind: "cache", name: "proj_1/abc\u001b[2J", bytes: 3 * 1024 ** 2, used_at: at } as const;

function use(disk: Result<"disk/get">["disk"]): Result<"disk/get"> {
  return {
    measured_at: at,
    disk,
    parts: [
      { part: "database", bytes: 2048 },
      { part: "mirrors", bytes: null },
    ],
    mirrors: [
      { project_id: "proj_1", project: "app", bytes: 1024 },
      { project_id: "proj_2", project: null, bytes: null },
    ],
    kept: { bytes: 3 * 1024 ** 2, max_bytes: 20 * 1024 ** 3, keep_days: 14 },
    next: [spare],
  };
}

describe("harness disk", () => {
  it("shows sizes, with unknown ones as unknown, and what would go first [req:disk.cli]", async () => {
    await using server = await fakeServer({ "disk/get": () => use(roomy) });
    const ran = await typed(["disk"], { url: server.url });
    expect(ran.code).toBe(0);
    expect(ran.out).toContain("free\t5.0 GiB\n");
    expect(ran.out).toContain("reserve\theld\n");
    expect(ran.out).toContain("database\t2.0 KiB\nmirrors\tunknown\n");
    expect(ran.out).toContain("proj_2 (removed)\tunknown\n");
    expect(ran.out).toMatch(/cache proj_1\/abc\S*\t3\.0 MiB\t/);
    expect(ran.out).not.toContain("\u001b");
  });

  it("says why nothing starts and that the reserve was given back [req:disk.cli]", async () => {
    await using server = await fakeServer({ "disk/get": () => use(full) });
    const { out } = await typed(["disk"], { url: server.url });
    expect(out).toContain("free\t1.5 KiB: The disk is full. Run: harness disk clean.\n");
    expect(out).toContain("reserve\tgiven back: the disk is full\n");
  });

  it("cleans, or only says what would go; --json belongs to the command it is typed after [req:disk.cli]", async () => {
    const result = {
      freed_bytes: 4096,
      what: "1 cache",
      spares: [spare],
      snapshots: 0,
      workspaces: 0,
      disk: roomy,
    };
    await using server = await fakeServer({
      "disk/get": () => use(roomy),
      "disk/clean": ({ dry_run = false }) => ({ ...result, dry_run }),
    });
    const ran = await typed(["disk", "clean", "--dry-run"], { url: server.url });
    expect(ran.out).toContain("Would delete 1 cache: 4.0 KiB.\n");
    expect((await typed(["disk", "clean"], { url: server.url })).out).toContain(
      "Deleted 1 cache: 4.0 KiB.\n",
    );
    const written = await typed(["disk", "clean", "--json"], { url: server.url });
    expect(JSON.parse(written.out)).toEqual({ ...result, dry_run: false });
    expect(JSON.parse((await typed(["disk", "--json"], { url: server.url })).out)).toEqual(use(roomy));
    expect(server.calls.map(({ params }) => params)).toEqual([{ dry_run: true }, {}, {}, {}]);
  });
});
