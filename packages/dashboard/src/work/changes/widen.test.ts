import { expect, it } from "vitest";
import { type FileChange, readPatch } from "./patch.ts";
import { gapOf, linesOfText, type Opening, wide, widened } from "./widen.ts";

/** A hundred lines, of which the 30th is another, one came after the 60th and the 61st is gone. */
const content = Array.from({ length: 100 }, (_, n) => `line ${n + 1}`);
content[29] = "line XXX";
content[60] = "came";
const patch = `diff --git a/a.js b/a.js
--- a/a.js
+++ b/a.js
@@ -27,7 +27,7 @@
 line 27
 line 28
 line 29
-line 30
+line XXX
 line 31
 line 32
 line 33
@@ -58,7 +58,7 @@ about
 line 58
 line 59
 line 60
-line 61
+came
 line 62
 line 63
 line 64
`;
const [file] = readPatch({
  files: [{ path: "a.js", status: "modified", insertions: 2, deletions: 2 }],
  patch,
  cut: false,
}) as [FileChange];

const open = (...openings: [number, Opening][]) => {
  const wider = widened(file, content, new Map(openings));
  return {
    gaps: wider?.hunks.map(({ gap }) => gap),
    rest: wider?.rest,
    lines: wider?.hunks.map(({ lines }) => [lines[0]?.after, lines.at(-1)?.after]),
    all: wider?.hunks.flatMap(({ lines }) => lines),
  };
};

it("knows what is left of a file before anybody asked", () => {
  expect([file.hunks.map(({ gap }) => gap), file.tail, file.rest]).toEqual([[26, 24], 2, null]);
  expect(open()).toMatchObject({ gaps: [26, 24], rest: 36 });
});

it("shows lines above, below and at the end, each with its two numbers", () => {
  const { gaps, rest, lines, all } = open(
    [0, { top: 0, bottom: 20 }],
    [1, { top: 5, bottom: 3 }],
    [2, { top: 20, bottom: 0 }],
  );
  expect(gaps).toEqual([6, 16]);
  expect(rest).toBe(16);
  expect(lines).toEqual([
    [7, 38],
    [55, 84],
  ]);
  for (const { kind, before, after, text } of all ?? [])
    if (kind === "context") expect([before, after, text]).toEqual([after, after, content[after! - 1]]);
});

it("shows the whole file as one, with nothing twice", () => {
  const { gaps, rest, all } = open([0, wide], [1, wide], [2, wide]);
  expect([gaps, rest]).toEqual([[0], 0]);
  expect(all?.flatMap(({ after }) => after ?? [])).toEqual(content.map((_, n) => n + 1));
  expect(all?.filter(({ kind }) => kind === "removed").map(({ text }) => text)).toEqual([
    "line 30",
    "line 61",
  ]);
});

it("shows nothing of a text that is not the one of the change", () => {
  expect(widened(file, content.slice(1), new Map())).toBe(null);
  expect(widened(file, content.slice(0, 62), new Map())).toBe(null);
});

it("takes the lines of a text, and of one that is cut the whole ones", () => {
  expect(linesOfText("a\nb\n", false)).toEqual(["a", "b"]);
  expect(linesOfText("a\nb", false)).toEqual(["a", "b"]);
  expect(linesOfText("a\nb", true)).toEqual(["a"]);
});

it("finds the gap of a line", () => {
  const gaps = [1, 26, 27, 33, 34, 57, 58, 64, 65, 100].map((line) => gapOf(file, line));
  expect(gaps).toEqual([0, 0, null, null, 1, 1, null, null, 2, 2]);
});
