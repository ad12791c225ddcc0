import { describe, expect, it } from "vitest";
import { branchName } from "./branch-name.ts";
import { parseRawAndNumstat } from "./diff.ts";
import { KeyedLock } from "./keyed-lock.ts";

describe("a branch's name", () => {
  const taskId = "task_01JABCDEFGHJKMNPQRSTVWXYZ0";

  it.each([
    ["Fix the login page!", "harness/fix-the-login-page-stvwxyz0"],
    ["Ünïcode — ça va?", "harness/unicode-ca-va-stvwxyz0"],
    ["日本語", "harness/task-stvwxyz0"],
    ["$(touch x) ; rm -rf / #", "harness/touch-x-rm-rf-stvwxyz0"],
    ["--output=/etc/passwd", "harness/output-etc-passwd-stvwxyz0"],
    ["x".repeat(300), `harness/${"x".repeat(48)}-stvwxyz0`],
  ])("of %j is %s [req:workspaces.branch-name]", (title, expected) => {
    expect(branchName({ prefix: "harness/", title, taskId })).toBe(expected);
  });

  it("refuses a prefix that is none [req:workspaces.branch-name]", () => {
    for (const prefix of ["-", "../", "x;id/", "/", "a b/"]) {
      expect(() => branchName({ prefix, title: "t", taskId })).toThrow();
    }
  });
});

describe("raw and numstat", () => {
  it("are joined, renames and binaries included", () => {
    const id = "0".repeat(40);
    const raw = `:100644 100644 ${id} ${id} M\0a\tb\0:100644 100644 ${id} ${id} R090\0old\0new\0:000000 100644 ${id} ${id} A\0bin\0`;
    expect(parseRawAndNumstat(`${raw}1\t2\ta\tb\0${"3\t0\t\0old\0new\0"}-\t-\tbin\0`)).toEqual([
      { path: "a\tb", status: "modified", insertions: 1, deletions: 2 },
      { path: "new", oldPath: "old", status: "renamed", insertions: 3, deletions: 0 },
      { path: "bin", status: "added", insertions: undefined, deletions: undefined },
    ]);
    expect(parseRawAndNumstat("")).toEqual([]);
  });

  it("leave out a file without counts, whose white space alone changed", () => {
    const id = "0".repeat(40);
    const raw = ["a", "b", "c"].map((name) => `:100644 100644 ${id} ${id} M\0${name}\0`).join("");
    expect(parseRawAndNumstat(`${raw}1\t2\tb\0`)).toMatchObject([{ path: "b", insertions: 1 }]);
  });
});

describe("a keyed lock", () => {
  it("keeps the order of one key, survives failures and does not join keys", async () => {
    const lock = new KeyedLock();
    const seen: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = lock.run("a", async () => {
      await gate.promise;
      seen.push("a1");
      throw new Error("no");
    });
    const second = lock.run("a", async () => seen.push("a2"));
    await lock.run("b", async () => seen.push("b"));
    gate.resolve();
    await expect(first).rejects.toThrow("no");
    await second;
    expect(seen).toEqual(["b", "a1", "a2"]);
  });
});
