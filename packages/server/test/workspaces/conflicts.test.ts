import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TrialMerges, type TrialResult } from "../../src/workspaces/index.ts";
import { Fixture } from "./fixture.ts";

const lines = (change: Record<number, string> = {}) =>
  `${Array.from({ length: 20 }, (_, at) => change[at] ?? `line ${at}`).join("\n")}\n`;
const files = { "a.txt": lines(), "b.txt": "b\n", "dir/c d.txt": lines() };

/** Branches made from the first commit, in the user's repository and the mirror. */
async function branches<N extends string>(
  fixture: Fixture,
  changes: Record<N, () => void>,
): Promise<Record<N | "main", string>> {
  const shas: Record<string, string> = { main: fixture.sh(fixture.root, "rev-parse", "main").trim() };
  for (const name of Object.keys(changes) as N[]) {
    fixture.sh(fixture.root, "switch", "-qc", name, "main");
    changes[name]();
    shas[name] = fixture.commitAll(fixture.root, name);
  }
  fixture.sh(fixture.root, "switch", "-q", "main");
  for (const base of Object.keys(shas))
    await fixture.workspaces.refreshMirror({ projectId: fixture.projectId, root: fixture.root, base });
  return shas as Record<N | "main", string>;
}

const open = (fixture: Fixture, likeSha: string, signal?: AbortSignal) =>
  TrialMerges.open(fixture, { projectId: fixture.projectId, likeSha, ...(signal ? { signal } : {}) });

/** Everything in the mirror, to see that trials leave nothing there. */
const mirrorOf = (fixture: Fixture) =>
  readdirSync(join(fixture.dataDir, "mirrors"), { recursive: true }).map(String).sort();

describe.each(["sha1", "sha256"])("trials of merges on %s", (objectFormat) => {
  it("find a changed line, a rename against a change and a deletion against a change, and nothing else [req:report.conflicts]", async () => {
    await using fixture = new Fixture({ files, objectFormat });
    const { root } = fixture;
    const sha = await branches(fixture, {
      top: () => fixture.write(root, "a.txt", lines({ 1: "top" })),
      top2: () => fixture.write(root, "a.txt", lines({ 1: "other top" })),
      bottom: () => fixture.write(root, "a.txt", lines({ 18: "bottom" })),
      renames: () => fixture.sh(root, "mv", "a.txt", "renamed.txt"),
      renamesToo: () => fixture.sh(root, "mv", "a.txt", "elsewhere.txt"),
      deletes: () => rmSync(join(root, "dir"), { recursive: true }),
      spaced: () => fixture.write(root, "dir/c d.txt", lines({ 3: "changed" })),
      same: () => fixture.write(root, "a.txt", lines({ 1: "top" })),
    });
    const before = mirrorOf(fixture);
    {
      await using trials = await open(fixture, sha.main);
      const pair = async (ours: string, theirs: string) => (await trials.check([{ ours, theirs }]))[0]!;
      const expectations: [string, string, Partial<TrialResult> & { files?: string[] }][] = [
        [sha.top, sha.top2, { status: "conflicts", files: ["a.txt"] }],
        [sha.top, sha.bottom, { status: "clean" }],
        [sha.top, sha.renames, { status: "clean" }],
        [sha.top, sha.same, { status: "clean" }],
        [sha.deletes, sha.spaced, { status: "conflicts", files: ["dir/c d.txt"] }],
        [sha.main, sha.top, { status: "clean" }],
        [sha.deletes, sha.top, { status: "clean" }],
      ];
      for (const [ours, theirs, result] of expectations) {
        expect(await pair(ours, theirs)).toMatchObject(result);
        expect(await pair(theirs, ours)).toMatchObject(result);
      }
      const renamed = await pair(sha.renames, sha.renamesToo);
      expect(renamed.status === "conflicts" && [...renamed.files].sort()).toEqual([
        "a.txt",
        "elsewhere.txt",
        "renamed.txt",
      ]);
    }
    expect(mirrorOf(fixture)).toEqual(before);
    expect(readdirSync(join(fixture.dataDir, "trials"))).toEqual([]);
  });
});

it("go on behind a pair that cannot be merged at all, and call it unknown [req:report.conflicts-unknown]", async () => {
  await using fixture = new Fixture({ files });
  const { root } = fixture;
  const sha = await branches(fixture, {
    top: () => fixture.write(root, "a.txt", lines({ 1: "top" })),
    top2: () => fixture.write(root, "a.txt", lines({ 1: "other top" })),
    alone: () => {
      fixture.sh(root, "switch", "-q", "--orphan", "nowhere");
      fixture.sh(root, "branch", "-qD", "alone");
      fixture.sh(root, "switch", "-q", "--orphan", "alone");
      fixture.write(root, "x.txt", "x");
    },
  });
  await using trials = await open(fixture, sha.main);
  const gone = "0".repeat(39).concat("1");
  const results = await trials.check([
    { ours: sha.top, theirs: sha.alone },
    { ours: sha.top, theirs: sha.top2 },
    { ours: gone, theirs: sha.top },
    { ours: sha.main, theirs: sha.top },
  ]);
  expect(results.map(({ status }) => status)).toEqual(["unknown", "conflicts", "unknown", "clean"]);
  expect(results[0]).toMatchObject({ why: expect.stringContaining("unrelated histories") });
  expect(await trials.contains(sha.top, sha.main)).toBe(true);
  expect(await trials.contains(sha.main, sha.top)).toBe(false);
  expect(await trials.contains(sha.main, gone)).toBe(false);
});

it("merge one after the other, and see three branches that only conflict together [req:report.landing-simulated]", async () => {
  await using fixture = new Fixture({ files });
  const { root } = fixture;
  const sha = await branches(fixture, {
    renames: () => fixture.sh(root, "mv", "b.txt", "new.txt"),
    adds: () => fixture.write(root, "unrelated.txt", "u"),
    top: () => fixture.write(root, "a.txt", lines({ 1: "top" })),
    top2: () => fixture.write(root, "a.txt", lines({ 1: "other top" })),
  });
  await using trials = await open(fixture, sha.main);
  let tip = sha.main;
  for (const next of [sha.renames, sha.adds, sha.top]) {
    const merged = await trials.merge({ ours: tip, theirs: next });
    expect(merged.status).toBe("merged");
    if (merged.status === "merged") tip = merged.sha;
  }
  expect(await trials.merge({ ours: tip, theirs: sha.top2 })).toEqual({
    status: "conflicts",
    files: ["a.txt"],
  });
});

it("stop when told to, and say that the rest was not tried [req:report.conflicts-unknown]", async () => {
  await using fixture = new Fixture({ files });
  const sha = await branches(fixture, { top: () => fixture.write(fixture.root, "a.txt", "x") });
  const stop = new AbortController();
  await using trials = await open(fixture, sha.main, stop.signal);
  stop.abort();
  const pair = { ours: sha.main, theirs: sha.top };
  expect(await trials.check([pair])).toEqual([{ status: "unknown", why: "not tried: the time was up" }]);
  expect(await trials.merge(pair)).toMatchObject({ status: "unknown" });
});

it("of a server that died are removed by the next [req:report.conflicts]", async () => {
  await using fixture = new Fixture({ files });
  const sha = await branches(fixture, {});
  await open(fixture, sha.main);
  expect(readdirSync(join(fixture.dataDir, "trials"))).toHaveLength(1);
  await TrialMerges.sweep(fixture.dataDir);
  expect(existsSync(join(fixture.dataDir, "trials"))).toBe(false);
});
