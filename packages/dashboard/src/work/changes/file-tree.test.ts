import { expect, it } from "vitest";
import { foldersOf, treeRows } from "./file-tree.ts";
import type { FileChange } from "./patch.ts";

const files = ["README.md", "src/a/b/one.ts", "src/a/b/two.ts", "src/main.ts", "test/x.ts"].map(
  (path): FileChange => ({
    path,
    from: null,
    status: "modified",
    insertions: 1,
    deletions: 0,
    binary: false,
    modes: null,
    hunks: [],
    tail: 0,
    rest: 0,
    shown: "whole",
  }),
);
const shown = (closed: readonly string[], search = "") =>
  treeRows(files, new Set(closed), search).map(({ depth, name }) => `${" ".repeat(depth)}${name}`);

it("shows folders first and those with one folder in them as one row", () => {
  expect(shown([])).toEqual([
    "src",
    " a/b",
    "  one.ts",
    "  two.ts",
    " main.ts",
    "test",
    " x.ts",
    "README.md",
  ]);
  expect(shown(["src/a/b", "test"])).toEqual(["src", " a/b", " main.ts", "test", "README.md"]);
  expect(foldersOf(files)).toEqual(["src", "src/a/b", "test"]);
});

it("searches whole paths by every word, through closed folders", () => {
  expect(shown(["src"], "SRC one")).toEqual(["src/a/b", " one.ts"]);
  expect(shown([], "nothing")).toEqual([]);
});
