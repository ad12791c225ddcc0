import fc from "fast-check";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { Locator } from "./locate.ts";

const text = `# comment with [brackets] and = signs
top = "a # not a comment"

[server]
port = 1
"quoted key" = '''
[not.a.table]
x = 1'''
inline = { a = 1, b = [ { c = 2 },
  { c = 3 } ] }
[[projects]]
name = "a"
[[projects]]
  name = "b"
  review.max_rounds = 3
[projects.sub]
x = """a\\"""b"""
last = 1
`;

describe("Locator", () => {
  it.each([
    [["top"], 2, 1],
    [["server"], 4, 2],
    [["server", "port"], 5, 1],
    [["server", "quoted key"], 6, 1],
    [["server", "inline", "a"], 9, 12],
    [["server", "inline", "b", 1, "c"], 10, 5],
    [["projects", 0, "name"], 12, 1],
    [["projects", 1], 13, 3],
    [["projects", 1, "name"], 14, 3],
    [["projects", 1, "review", "max_rounds"], 15, 3],
    [["projects", 1, "sub", "last"], 18, 1],
    [["projects", 1, "unknown"], 13, 3],
    [["nothing"], 1, 1],
  ] as const)("finds %j [req:config.error-place]", (path, line, column) => {
    parse(text);
    expect(new Locator(text).find(path)).toEqual({ line, column });
  });

  it("ends on any text [req:config.hostile-file]", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."[]{}\"'=.,#\\\n a1"), maxLength: 200 }), (any) => {
        new Locator(any).find(["a"]);
      }),
      { numRuns: 2000 },
    );
  });
});
