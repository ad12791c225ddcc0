import { expect, it } from "vitest";
import { cutAt, short } from "./limits.ts";

it("a text of others is cut to its length, marked, and never inside a character [req:report.bounded]", () => {
  expect(short("abc", 3)).toBe("abc");
  expect(short("abcd", 3)).toBe("ab…");
  expect(short("a😀bcd", 3)).toBe("a…");
  expect(short("a😀bcd", 4)).toBe("a😀…");
});

it("a list is cut at its limit and says so [req:report.bounded]", () => {
  expect(cutAt([1, 2], 2)).toEqual({ rows: [1, 2], cut: false });
  expect(cutAt([1, 2, 3], 2)).toEqual({ rows: [1, 2], cut: true });
});
