import { describe, expect, it } from "vitest";
import { type Column, Screen } from "./screen.ts";

interface Row {
  readonly id: string;
  readonly title: string;
}
const columns: readonly Column<Row>[] = [
  { head: "id", cell: ({ id }) => id, tone: () => "green" },
  { head: "title", cell: ({ title }) => title, elastic: true },
];
const rows = [
  { id: "1", title: "tab\tand\u001b[31m" },
  { id: "22", title: "x".repeat(100) },
];

function shown(isTTY: boolean, env: Record<string, string> = {}): string {
  let text = "";
  const out = { write: (more: string) => (text += more), isTTY, columns: 60 };
  new Screen(out, env).table(rows, columns);
  return text;
}

describe("a table", () => {
  it("is tab-separated and whole when piped, without heads or colour [req:cli.readable]", () => {
    expect(shown(false)).toBe(`1\ttab and␛[31m\n22\t${"x".repeat(100)}\n`);
  });

  it("is aligned, headed and cut to the width on a terminal [req:cli.readable]", () => {
    const lines = shown(true, { NO_COLOR: "1" }).split("\n");
    expect(lines[0]).toBe("id  title");
    expect(lines[1]).toBe("1   tab and␛[31m");
    expect(lines[2]).toHaveLength(60);
    expect(lines[2]?.endsWith("…")).toBe(true);
  });

  it("is coloured on a terminal unless NO_COLOR says no [req:cli.readable]", () => {
    expect(shown(true)).toContain("\u001b[32m1 \u001b[39m");
    expect(shown(true, { NO_COLOR: "1" })).not.toContain("\u001b");
    expect(shown(true, { TERM: "dumb" })).not.toContain("\u001b");
  });
});
