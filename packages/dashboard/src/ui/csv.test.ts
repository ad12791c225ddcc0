import { expect, it } from "vitest";
import { csv } from "./csv.ts";

it("writes what is unknown as unknown, and quotes what needs it", () => {
  expect(
    csv(
      ["project", "cost"],
      [
        ["a, b", null],
        ['say "hi"', 0.5],
        ["two\nlines", 0],
      ],
    ),
  ).toBe('project,cost\r\n"a, b",unknown\r\n"say ""hi""",0.5\r\n"two\nlines",0\r\n');
});

it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])("makes %j harmless", (text) => {
  const written = csv(["name"], [[text]])
    .split("\r\n")
    .slice(1)
    .join("\r\n");
  expect(written.replace(/^"/, "").startsWith("'")).toBe(true);
});

it("leaves numbers numbers", () => {
  expect(csv(["n"], [[-1.5]])).toBe("n\r\n-1.5\r\n");
});
