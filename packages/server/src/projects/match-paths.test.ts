import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchPaths } from "./match-paths.ts";

const paths = [
  "docs/main.md",
  "main.ts",
  "packages/server/src/domain.ts",
  "packages/server/src/main.ts",
  "packages/server/test/main/a.ts",
  "src/remain.ts",
];

describe("matching paths", () => {
  it.each([
    ["main.ts", ["main.ts", "packages/server/src/main.ts", "src/remain.ts"]],
    ["MAIN", ["main.ts", "docs/main.md", "packages/server/src/main.ts", "src/remain.ts"]],
    ["srv main", ["packages/server/src/main.ts"]],
    ["rem", ["src/remain.ts"]],
    ["zzz", []],
    ["", paths],
  ])("%j finds the best first [req:web-api.files]", (query, found) => {
    expect(matchPaths(paths, query, 100).paths.slice(0, found.length)).toEqual(found);
    if (found.length === 0) expect(matchPaths(paths, query, 100).total).toBe(0);
  });

  it("keeps the best and counts all [req:web-api.files]", () => {
    const all = matchPaths(paths, "a", 100);
    expect(all.total).toBe(6);
    expect(matchPaths(paths, "a", 2)).toEqual({ paths: all.paths.slice(0, 2), total: 6 });
  });

  it("finds exactly the paths that hold the letters in order", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "/", "."), maxLength: 8 });
    fc.assert(
      fc.property(fc.uniqueArray(word), word, (names, query) => {
        const pattern = new RegExp(
          [...query]
            .map((letter) => `\\${letter}`)
            .join(".*")
            .replaceAll(/\\([ab])/g, "$1"),
        );
        const held = names.filter((name) => pattern.test(name));
        expect([...matchPaths(names, query, 1000).paths].sort()).toEqual([...held].sort());
      }),
    );
  });
});
