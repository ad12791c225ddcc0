import { expect, it } from "vitest";
import { linesWithin, plainLine } from "./text.ts";

it.each([
  ["two\nlines\tand  blanks ", "two lines and blanks"],
  ["\u001b[2Jx\u0007\u009b31m", "\ufffd[2Jx\ufffd\ufffd31m"],
  ["a\u202eb\u2066c\u200bd\ufeffe\u061cf", "a\ufffdb\ufffdc\ufffdd e\ufffdf"],
  ["tag\u{e0041}", "tag\ufffd"],
  ["half \ud83d", "half \ufffd"],
  ["👩‍💻 Größe", "👩‍💻 Größe"],
  ["x".repeat(1_000_000), `${"x".repeat(49)}…`],
  [`${"x".repeat(48)}👍👍`, `${"x".repeat(48)}\ufffd…`],
])("%j is told as %j [req:notify.harmless]", (text, line) => {
  expect(plainLine(text, 50)).toBe(line);
});

it("a text that is too long ends with a whole line and says so [req:notify.harmless]", () => {
  const text = Array.from({ length: 100 }, (_, n) => `line ${n} é`).join("\n");
  const cut = linesWithin(text, 300);
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(300);
  expect(cut).toMatch(/^line 0 é\n(line \d+ é\n)+… and \d+ more lines$/);
  expect(linesWithin("short", 300)).toBe("short");
});
