import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { type FinishedBranch, finishedBranches } from "../support/finished-branches.ts";
import { userGit } from "../support/git-fixture.ts";
import { manualClock } from "../support/manual-clock.ts";
import { world } from "./world.ts";

const text = (change: Record<number, string> = {}) =>
  `${Array.from({ length: 30 }, (_, at) => change[at] ?? `line ${at}`).join("\n")}\n`;
const files = Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [`${name}.txt`, text()]));
const only = (name: string, line: number, word: string) => ({ [`${name}.txt`]: text({ [line]: word }) });

/** Twelve branches: two fights over one line, a hub against three, a chain, and some that touch nobody. */
const twelve: readonly FinishedBranch[] = [
  { title: "hub", files: { ...only("a", 1, "hub"), ...only("b", 1, "hub"), ...only("c", 1, "hub") } },
  { title: "a one", files: only("a", 1, "x") },
  { title: "b one", files: only("b", 1, "x") },
  { title: "c one", files: only("c", 1, "x") },
  { title: "a bottom", files: only("a", 28, "bottom") },
  { title: "b bottom", files: only("b", 28, "bottom") },
  { title: "chain", files: only("d", 1, "chain") },
  { title: "chain two", files: { "d.txt": text({ 1: "chain", 9: "two" }) }, after: "chain" },
  {
    title: "chain three",
    files: { "d.txt": text({ 1: "chain", 9: "two", 18: "three" }) },
    after: "chain two",
  },
  { title: "deletes e", files: { "e.txt": null } },
  { title: "changes e", files: only("e", 3, "e") },
  { title: "new file", files: { "new.txt": "new\n" } },
];

it("the report finds the four planted conflicts among twelve branches, and an order in which ten land [req:report.landing-order, report.conflicts]", async () => {
  await using w = await world({ clock: manualClock("2026-01-01T22:00:00Z"), start: false, files });
  const ids = await finishedBranches(w, twelve);
  const titleOf = new Map([...ids].map(([title, id]) => [id, title]));
  const before = userGit(w.root, "for-each-ref");
  const [landing] = (await w.call("report/create", {})).landing;
  const pairs = landing?.conflicts.map((one) =>
    [titleOf.get(one.task_id), one.with === null ? "base" : titleOf.get(one.with)].sort().join(" | "),
  );
  expect(pairs?.sort()).toEqual(["a one | hub", "b one | hub", "c one | hub", "changes e | deletes e"]);
  expect(landing).toMatchObject({ complete: true, problem: null, left_out: false });
  const order = landing?.order.map(({ task_id, outcome }) => [titleOf.get(task_id), outcome]) ?? [];
  expect(order.filter(([, outcome]) => outcome === "lands")).toHaveLength(10);
  expect(order.slice(10)).toEqual([
    ["hub", "conflicts"],
    ["changes e", "conflicts"],
  ]);
  const at = (title: string) => order.findIndex(([name]) => name === title);
  expect(at("chain")).toBeLessThan(at("chain two"));
  expect(at("chain two")).toBeLessThan(at("chain three"));
  const hub = landing?.order[10];
  expect(hub?.with.map((id) => titleOf.get(id)).sort()).toEqual(["a one", "b one", "c one"]);
  expect(hub?.files).toEqual(["a.txt", "b.txt", "c.txt"]);
  expect(userGit(w.root, "for-each-ref")).toBe(before);
  // The order holds in the user's own hands, with their own git.
  for (const step of landing?.order.filter(({ outcome }) => outcome === "lands") ?? [])
    userGit(w.root, "merge", "-q", "--no-edit", step.branch);
});

it("sees a base that moved on, what is in it already, and what was landed, discarded or not in the window [req:report.landing-order]", async () => {
  await using w = await world({ clock: manualClock("2026-01-01T22:00:00Z"), start: false, files });
  const ids = await finishedBranches(w, [
    { title: "stale", files: only("a", 1, "stale") },
    { title: "merged", files: only("b", 1, "merged") },
    { title: "landed", files: only("c", 1, "landed") },
    { title: "discarded", files: only("d", 1, "discarded") },
  ]);
  const set = (title: string, values: { landed?: string; discarded_at?: number }) =>
    w.app.log.write(({ db }) =>
      db.updateTable("tasks").set(values).where("id", "=", ids.get(title)!).execute(),
    );
  const sha = userGit(w.root, "rev-parse", "main");
  const landing = { branch: "main", commit: sha, how: "merge", at: "2026-01-01T22:00:00.000Z" };
  await set("landed", { landed: JSON.stringify(landing) });
  await set("discarded", { discarded_at: 1 });
  writeFileSync(path.join(w.root, "a.txt"), text({ 1: "the user's" }));
  userGit(w.root, "commit", "-qam", "the user's");
  userGit(w.root, "merge", "-q", "--no-edit", "harness/merged");
  const report = await w.call("report/create", {});
  expect(report.landing).toMatchObject([
    {
      base_sha: userGit(w.root, "rev-parse", "main"),
      already_in_base: [ids.get("merged")],
      conflicts: [{ task_id: ids.get("stale"), with: null, files: ["a.txt"] }],
      order: [{ task_id: ids.get("stale"), outcome: "conflicts", with: [], files: ["a.txt"] }],
    },
  ]);
  expect(report.finished.map(({ title, command }) => [title, command])).toEqual([
    ["stale", `harness task revise ${ids.get("stale")} 'Resolve the conflicts with main'`],
    ["merged", null],
    ["landed", null],
    ["discarded", null],
  ]);
  expect(report.finished[2]?.landed).toEqual(landing);
});

it("says why when a repository cannot be read, and reports the rest [req:report.landing-problem]", async () => {
  await using w = await world({ clock: manualClock("2026-01-01T22:00:00Z"), start: false, files });
  await finishedBranches(w, [{ title: "one", files: only("a", 1, "one") }]);
  userGit(w.root, "branch", "-m", "main", "trunk");
  const report = await w.call("report/create", {});
  expect(report.counts.finished).toBe(1);
  expect(report.landing).toMatchObject([{ base_sha: null, complete: false, order: [] }]);
  expect(report.landing[0]?.problem).toContain("no local branch main");
  expect(report.markdown).toContain("Could not be found out");
});

it("looks at the newest forty branches of a project and says that there are more [req:report.bounded]", async () => {
  await using w = await world({ clock: manualClock("2026-01-01T22:00:00Z"), start: false, files });
  const ids = await finishedBranches(w, [{ title: "one", files: only("a", 1, "one") }]);
  const first = await w.app.storage.reader
    .selectFrom("tasks")
    .selectAll()
    .where("id", "=", [...ids.values()][0]!)
    .executeTakeFirstOrThrow();
  const copies = Array.from({ length: 505 }, (_, n) => ({
    ...first,
    id: w.app.newId("task"),
    title: `copy ${n}`,
  }));
  await w.app.log.write(({ db }) => db.insertInto("tasks").values(copies).execute());
  const report = await w.call("report/create", {});
  expect(report.counts.finished).toBe(506);
  expect(report.finished).toHaveLength(500);
  expect(report.cut).toEqual(["finished"]);
  expect(report.landing[0]).toMatchObject({ left_out: true, complete: true, conflicts: [] });
  expect(report.landing[0]?.order).toHaveLength(40);
  expect(report.markdown).toContain("There is more than is shown of: finished.");
});
