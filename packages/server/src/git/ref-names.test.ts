import { describe, expect, it } from "vitest";
import { checkObjectId, refNameIsAcceptable } from "./ref-names.ts";

describe("branch names", () => {
  it.each(["main", "feature/x", "harness/fix-it-1a2b3c4d", "v1.2.3", "a".repeat(200), "a/-b", "x_y"])(
    "accepts %s",
    (name) => {
      expect(refNameIsAcceptable(name)).toBe(true);
    },
  );

  it.each([
    "",
    "-x",
    ".x",
    "/x",
    "x/",
    "x//y",
    "x/.y",
    "x..y",
    "x.",
    "x.lock",
    "x.lock/y",
    "x@{1}",
    "@",
    "HEAD",
    "x y",
    "x\ny",
    "x\n",
    "x\0",
    "x;id",
    "x~1",
    "x^",
    "x:y",
    "x\\y",
    "x*",
    "x\u3000",
    "x\u202e",
    "é",
    "a".repeat(201),
    "a".repeat(40),
  ])("refuses %j [req:git.ref-names]", (name) => {
    expect(refNameIsAcceptable(name)).toBe(false);
  });
});

describe("object ids", () => {
  it("takes full hashes only [req:git.ref-names]", () => {
    expect(() => checkObjectId("a".repeat(40))).not.toThrow();
    expect(() => checkObjectId("0".repeat(64))).not.toThrow();
    for (const id of ["", "abc", "A".repeat(40), `${"a".repeat(40)}\n`, "--all", "a".repeat(41)]) {
      expect(() => checkObjectId(id)).toThrow();
    }
  });
});
