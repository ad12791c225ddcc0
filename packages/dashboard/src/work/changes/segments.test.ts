import { expect, it } from "vitest";
import { changedWords, segmentsOf } from "./segments.ts";

it("marks the words of a line that changed, and nothing where the lines have little in common", () => {
  expect(changedWords("return a + b;", "return a - b;")).toEqual([{ from: 9, to: 10 }]);
  expect(changedWords("totally other", "return a - b;")).toEqual([]);
  expect(changedWords("x".repeat(2000), "x")).toEqual([]);
  expect(changedWords("  a", "a")).toEqual([{ from: 0, to: 2 }]);
});

it("cuts a line where either what a word is or whether it changed changes, and loses no letter", () => {
  const text = "return a + b;";
  const segments = segmentsOf(text, [{ from: 0, to: 6, kind: "keyword" }], [{ from: 3, to: 9 }]);
  expect(segments.map(({ text: part }) => part).join("")).toBe(text);
  expect(segments).toEqual([
    { text: "ret", kind: "keyword", changed: false },
    { text: "urn", kind: "keyword", changed: true },
    { text: " a ", kind: null, changed: true },
    { text: "+ b;", kind: null, changed: false },
  ]);
  expect(segmentsOf("", [], [])).toEqual([]);
});
