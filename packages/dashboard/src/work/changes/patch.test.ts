import { expect, it } from "vitest";
import { readPatch } from "./patch.ts";

const file = (path: string, status = "modified") => ({ path, status, insertions: 1, deletions: 1 });

it("numbers the lines of a hunk, pairs what replaces what, and says what is left out before it", () => {
  const patch = [
    "diff --git a/a.js b/a.js",
    "index 1..2 100644",
    "--- a/a.js",
    "+++ b/a.js",
    "@@ -10,3 +10,3 @@ function sum() {",
    " one",
    "-two",
    "+deux",
    "\\ No newline at end of file",
    "@@ -40 +40,2 @@",
    " far",
    "+new",
    "",
  ].join("\n");
  const [read] = readPatch({ files: [file("a.js")], patch, cut: false });
  expect(read?.hunks).toMatchObject([
    {
      about: "function sum() {",
      gap: 9,
      lines: [
        { kind: "context", before: 10, after: 10, text: "one" },
        { kind: "removed", before: 11, after: null, text: "two", partner: "deux" },
        { kind: "added", before: null, after: 11, text: "deux", partner: "two", unended: true },
      ],
    },
    { gap: 28, lines: [{ after: 40 }, { kind: "added", after: 41, partner: null }] },
  ]);
  expect(read?.shown).toBe("whole");
});

it("knows renames, modes, binary files and files that became links", () => {
  const patch = [
    "diff --git a/old name b/new name",
    "similarity index 100%",
    "rename from old name",
    "rename to new name",
    "diff --git a/run.sh b/run.sh",
    "old mode 100644",
    "new mode 100755",
    "diff --git a/x.png b/x.png",
    "index 1..2 100644",
    "Binary files a/x.png and b/x.png differ",
    "diff --git a/z b/z",
    "deleted file mode 100644",
    "--- a/z",
    "+++ /dev/null",
    "@@ -1 +0,0 @@",
    "-text",
    "diff --git a/z b/z",
    "new file mode 120000",
    "--- /dev/null",
    "+++ b/z",
    "@@ -0,0 +1 @@",
    "+/etc/passwd",
  ].join("\n");
  const files = [file("new name", "renamed"), file("run.sh"), file("x.png"), file("z", "type_changed")];
  const [renamed, mode, binary, link] = readPatch({ files, patch, cut: false });
  expect(renamed).toMatchObject({ from: "old name", hunks: [] });
  expect(mode).toMatchObject({ modes: { before: "100644", after: "100755" } });
  expect(binary).toMatchObject({ binary: true });
  expect(link).toMatchObject({ modes: { before: "100644", after: "120000" } });
  expect(link?.hunks.flatMap(({ lines }) => lines.map(({ text }) => text))).toEqual(["text", "/etc/passwd"]);
});

it("is not led astray by content that looks like a patch, nor by names with signs", () => {
  const patch = [
    'diff --git "a/\\303\\244 \\"b" "b/\\303\\244 \\"b"',
    "--- x",
    "@@ -1,2 +1,2 @@",
    "-diff --git a/b b/b",
    "+@@ -1 +1 @@",
    "diff --git a/b b/b",
    "@@ -1 +1 @@",
    "-1",
    "+2",
  ].join("\n");
  const [first, second] = readPatch({ files: [file('ä "b'), file("b")], patch, cut: false });
  expect(first?.hunks[0]?.lines.map(({ text }) => text)).toEqual(["diff --git a/b b/b", "@@ -1 +1 @@"]);
  expect(second?.hunks[0]?.lines.map(({ text }) => text)).toEqual(["1", "2"]);
});

it("says in which file a patch was cut, and which it does not show", () => {
  const patch = "diff --git a/a b/a\n@@ -1,900 +1,900 @@\n-one\n+on";
  const files = [file("a"), file("b")];
  expect(readPatch({ files, patch, cut: true }).map(({ shown }) => shown)).toEqual(["cut", "missing"]);
  // A file of which nothing is shown is passed by.
  const second = readPatch({ files, patch: patch.replaceAll("/a", "/b"), cut: false });
  expect(second.map(({ hunks }) => hunks.length)).toEqual([0, 1]);
});
