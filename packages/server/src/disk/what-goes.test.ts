import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type SnapshotTask,
  type Spare,
  type SpareRules,
  snapshotsThatGo,
  sparesInOrder,
  sparesThatGo,
} from "./what-goes.ts";

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const NOW = 1_000 * DAY;
const rules: SpareRules = { maxBytes: 100, neededFreeBytes: 50, keepMs: 14 * DAY, recordingsMs: 20 * DAY };

const spare = (kind: Spare["kind"], name: string, bytes: number, age: number): Spare => ({
  kind,
  name,
  path: `/${name}`,
  bytes,
  usedAt: NOW - age,
});

describe("of what can be made again", () => {
  const old = spare("cache", "old", 40, 9 * DAY);
  const older = spare("cache", "older", 40, 10 * DAY);
  const used = spare("cache", "used", 40, HOUR / 2);
  const output = spare("output", "output", 40, 15 * DAY);
  const fresh = spare("output", "fresh", 40, 13 * DAY);
  const all = [fresh, output, used, old, older];
  const told = [spare("recording", "told", 40, 19 * DAY), spare("recording", "being told", 40, HOUR / 2)];

  const table: readonly [why: string, held: Partial<Parameters<typeof sparesThatGo>[0]>, goes: string[]][] = [
    ["nothing while there is room", { spares: [old, output], freeBytes: 50 }, []],
    ["the cache used longest ago, as far as the bound asks", { spares: [old, older, output] }, ["older"]],
    [
      "caches before outputs, and nothing in use or young",
      { spares: all, logBytes: 200 },
      ["older", "old", "output"],
    ],
    [
      "recordings last, and none that may be going on",
      { spares: [...told, old], logBytes: 200 },
      ["old", "told"],
    ],
    [
      "a recording past its time in any case",
      { spares: [spare("recording", "past", 1, 21 * DAY)] },
      ["past"],
    ],
    ["logs count, but are not taken", { spares: [], logBytes: 1_000 }, []],
    ["as much as free space needs", { spares: [old, older], freeBytes: 20 }, ["older"]],
    ["more when nothing is free", { spares: [old, older], freeBytes: 0 }, ["older", "old"]],
    ["nothing for free space nobody knows", { spares: [old, older], freeBytes: null }, []],
  ];
  for (const [why, held, goes] of table)
    it(`goes: ${why} [req:disk.order]`, () => {
      const holdings = { spares: [], logBytes: 0, freeBytes: 1_000, ...held };
      expect(sparesThatGo(holdings, rules, NOW).map(({ name }) => name)).toEqual(goes);
    });

  it("shows the order without regard to how full it is", () => {
    expect(sparesInOrder(all, rules, NOW).map(({ name }) => name)).toEqual(["older", "old", "output"]);
  });
});

describe("of the snapshots of a task", () => {
  const shot = (attemptId: string, n: number, sha = `${attemptId}${n}`) => ({
    taskId: "t",
    attemptId,
    n,
    sha,
  });
  const snapshots = [shot("a1", 1), shot("a1", 2), shot("a2", 1), shot("a2", 2)];
  const published: SnapshotTask = {
    status: "done",
    head_sha: "a22",
    branch: "harness/x",
    finished_at: NOW - 20 * DAY,
    current_attempt_id: null,
  };
  const since = NOW - 14 * DAY;

  const table: readonly [
    why: string,
    change: Partial<SnapshotTask>,
    tip: string | undefined,
    goes: string[],
  ][] = [
    ["all but the newest once it is published and old", {}, "a22", ["a11", "a12", "a21"]],
    ["all but newest and head when they differ", { head_sha: "a12" }, "a12", ["a11", "a21"]],
    ["none of failed work", { status: "failed" }, "a22", []],
    ["none of cancelled work", { status: "cancelled" }, "a22", []],
    ["none of work that waits", { status: "waiting" }, "a22", []],
    ["none of work a person asked to change", { status: "queued" }, "a22", []],
    ["none while an attempt runs", { current_attempt_id: "a3" }, "a22", []],
    ["none when the branch is gone", {}, undefined, []],
    ["none when the branch moved", {}, "other", []],
    ["none of work that was never published", { branch: null }, "a22", []],
    ["none without a head", { head_sha: null }, undefined, []],
    ["none before its time", { finished_at: NOW - 13 * DAY }, "a22", []],
    ["none of work that ended at no known time", { finished_at: null }, "a22", []],
  ];
  for (const [why, change, tip, goes] of table)
    it(`goes: ${why} [req:disk.unpublished-stays]`, () => {
      const chosen = snapshotsThatGo(snapshots, { ...published, ...change }, tip, since);
      expect(chosen.map(({ sha }) => sha)).toEqual(goes);
    });

  it("none of a task nobody knows [req:disk.unpublished-stays]", () => {
    expect(snapshotsThatGo(snapshots, undefined, "a22", since)).toEqual([]);
  });
});

describe("whatever happened to a task", () => {
  /** Snapshots in any order of attempts and rounds; several may stand at one commit. */
  const history = fc.uniqueArray(
    fc.record({
      taskId: fc.constant("t"),
      attemptId: fc.constantFrom("a1", "a2", "a3"),
      n: fc.integer({ min: 1, max: 4 }),
      sha: fc.constantFrom("s1", "s2", "s3", "s4", "s5"),
    }),
    { selector: ({ attemptId, n }) => `${attemptId}/${n}`, maxLength: 10 },
  );
  const sha = fc.constantFrom("s1", "s2", "s3", "s4", "s5");
  const task: fc.Arbitrary<SnapshotTask> = fc.record({
    status: fc.constantFrom("queued", "implementing", "waiting", "done", "no_change", "failed", "cancelled"),
    head_sha: fc.option(sha),
    branch: fc.option(fc.constant("harness/x")),
    finished_at: fc.option(fc.integer({ min: NOW - 30 * DAY, max: NOW })),
    current_attempt_id: fc.option(fc.constant("a3"), { freq: 4 }),
  });

  it("the newest snapshot and the head stay, and with unpublished work everything [req:disk.unpublished-stays]", () => {
    let chosen = 0;
    fc.assert(
      fc.property(history, fc.option(task), fc.option(sha), (snapshots, given, tip) => {
        const goes = snapshotsThatGo(snapshots, given ?? undefined, tip ?? undefined, NOW - 14 * DAY);
        chosen += goes.length;
        const stays = snapshots.filter((one) => !goes.includes(one));
        const last = snapshots.toSorted((a, b) => a.attemptId.localeCompare(b.attemptId) || a.n - b.n).at(-1);
        if (last) expect(stays).toContain(last);
        const published = given?.status === "done" && given.branch !== null && tip === given.head_sha;
        if (!published) expect(goes).toEqual([]);
        for (const one of goes) expect(one.sha).not.toBe(given?.head_sha);
      }),
      { numRuns: 5_000 },
    );
    expect(chosen).toBeGreaterThan(0);
  });
});
