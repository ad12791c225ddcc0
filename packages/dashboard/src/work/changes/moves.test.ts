import { expect, it } from "vitest";
import { movesOf } from "./moves.ts";

const file = (path: string, status = "modified") => ({ path, status, insertions: 1, deletions: 1 });

const patch = `diff --git a/a.js b/a.js
--- a/a.js
+++ b/a.js
@@ -2,4 +2,5 @@
 two
-three
+drei
+und mehr
 four
 five
@@ -20,3 +21,2 @@
 twenty
-one more
 two more
diff --git a/gone.js b/gone.js
deleted file mode 100644
--- a/gone.js
+++ /dev/null
@@ -1 +0,0 @@
-last
diff --git a/old.js b/new.js
similarity index 90%
rename from old.js
rename to new.js
--- a/old.js
+++ b/new.js
@@ -1,1 +1,2 @@
+zero
 one
`;
const change = {
  files: [file("a.js"), file("gone.js", "deleted"), file("new.js", "renamed")],
  patch,
  cut: false,
};

it.each([
  ["before every change", "a.js", 1, "a.js:1"],
  ["in a hunk, unchanged", "a.js", 2, "a.js:2"],
  ["that was changed", "a.js", 3, null],
  ["in a hunk, after what came", "a.js", 4, "a.js:5"],
  ["between two hunks", "a.js", 10, "a.js:11"],
  ["that was taken away", "a.js", 21, null],
  ["after every change", "a.js", 30, "a.js:30"],
  ["of a deleted file", "gone.js", 1, null],
  ["of a renamed file", "old.js", 1, "new.js:2"],
  ["of a file that took another's place", "new.js", 1, null],
  ["of a file nobody touched", "b.js", 7, "b.js:7"],
])("a line %s is found or known to be gone", (_, path, line, expected) => {
  const place = movesOf(change)({ file: path, line });
  expect(place === null ? null : `${place.file}:${place.line}`).toBe(expected);
});

it("a line of a file whose change is not shown whole is nowhere", () => {
  const cut = { ...change, patch: patch.slice(0, patch.indexOf("@@ -20")), cut: true };
  expect(movesOf(cut)({ file: "a.js", line: 30 })).toBe(null);
  expect(movesOf(cut)({ file: "old.js", line: 1 })).toBe(null);
});
