import { expect, it } from "vitest";
import { Highlighter } from "./highlight.ts";
import { readPatch } from "./patch.ts";

const hunkOf = (...lines: string[]) =>
  readPatch({
    files: [{ path: "a", status: "modified", insertions: 1, deletions: 1 }],
    patch: ["diff --git a/a b/a", "@@ -1,9 +1,9 @@", ...lines].join("\n"),
    cut: false,
  })[0]!.hunks[0]!;

it("says what the words of a line are, over the lines of one side", () => {
  const hunk = hunkOf(" /* begins", "-return 1;", "+ends */ return 'x';");
  const [, removed, added] = hunk.lines;
  const highlighter = new Highlighter();
  expect(highlighter.tokensOf("src/a.js", hunk, added!)).toEqual([
    { from: 0, to: 7, kind: "comment" },
    { from: 8, to: 14, kind: "keyword" },
    { from: 15, to: 18, kind: "string" },
  ]);
  expect(highlighter.tokensOf("src/a.js", hunk, removed!)).toEqual([{ from: 0, to: 9, kind: "comment" }]);
});

it("leaves alone what it does not know and what is very long", () => {
  const hunk = hunkOf("+return 1;");
  expect(new Highlighter().tokensOf("a.unknown", hunk, hunk.lines[0]!)).toEqual([]);
  const long = hunkOf(`+return "${"x".repeat(5_000)}";`);
  expect(new Highlighter().tokensOf("a.js", long, long.lines[0]!)).toEqual([]);
});
