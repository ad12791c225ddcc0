import { expect, it } from "vitest";
import { anchorKey } from "../comments/index.ts";
import { readPatch } from "./patch.ts";
import { beginsChange, isLarge, type Layout, lineOfRow, rowsOf } from "./rows.ts";

const patch = [
  "diff --git a/a.js b/a.js",
  "@@ -5,4 +5,5 @@ about",
  " one",
  " two",
  "-three",
  "+drei",
  "+dreieinhalb",
  " four",
].join("\n");
const files = readPatch({
  files: [
    { path: "a.js", status: "modified", insertions: 2, deletions: 1 },
    { path: "b.bin", status: "added", insertions: 0, deletions: 0 },
  ],
  patch: `${patch}\ndiff --git a/b.bin b/b.bin\nBinary files /dev/null and b/b.bin differ`,
  cut: false,
});
const layout: Layout = {
  split: false,
  foldContext: false,
  foldedFiles: new Set(),
  opened: new Set(),
  talks: new Set(),
  outdated: new Set(),
};

it("lays the files out under each other, with what is between hunks and what cannot be shown", () => {
  expect(rowsOf(files, layout).map(({ type }) => type)).toEqual([
    "file",
    "gap",
    "line",
    "line",
    "line",
    "line",
    "line",
    "line",
    "file",
    "note",
  ]);
  expect(rowsOf(files, { ...layout, foldedFiles: new Set(["a.js"]) }).map(({ type }) => type)).toEqual([
    "file",
    "file",
    "note",
  ]);
});

it("puts before and after beside each other, removed beside what came for it", () => {
  const pairs = rowsOf(files, { ...layout, split: true }).flatMap((row) =>
    row.type === "pair" ? [[row.left?.text, row.right?.text]] : [],
  );
  expect(pairs).toEqual([
    ["one", "one"],
    ["two", "two"],
    ["three", "drei"],
    [undefined, "dreieinhalb"],
    ["four", "four"],
  ]);
});

it("puts unchanged lines away until they are asked for, and shows comments under their line", () => {
  const folding = { ...layout, foldContext: true };
  const folded = rowsOf(files, folding).find(({ type }) => type === "folded")!;
  expect(folded).toMatchObject({ lines: 2 });
  const open = rowsOf(files, { ...folding, opened: new Set([folded.key]) });
  expect(open.some(({ type }) => type === "folded")).toBe(false);
  const anchor = { file: "a.js", side: "after", line: 5 } as const;
  const talked = rowsOf(files, { ...folding, talks: new Set([anchorKey(anchor)]) });
  expect(talked[2]).toMatchObject({ type: "line", line: { text: "one" } });
  expect(talked[3]).toMatchObject({ type: "talk", anchor });
});

it("knows where a run of changed lines begins, and gives every row a name of its own", () => {
  const rows = rowsOf(files, layout);
  const begins = rows.filter((_, index) => beginsChange(rows, index)).map((row) => lineOfRow(row)?.text);
  expect(begins).toEqual(["three"]);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
});

it("folds what is large", () => {
  const lines = Array.from({ length: 5_000 }, (_, n) => `+${n}`).join("\n");
  const [large] = readPatch({
    files: [{ path: "big", status: "added", insertions: 5_000, deletions: 0 }],
    patch: `diff --git a/big b/big\n@@ -0,0 +1,5000 @@\n${lines}`,
    cut: false,
  });
  expect(isLarge(large!)).toBe(true);
  expect(isLarge(files[0]!)).toBe(false);
});
