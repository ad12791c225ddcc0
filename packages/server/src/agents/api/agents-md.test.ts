import { describe, expect, it } from "vitest";
import { renderRules, resolveRules } from "./agents-md.ts";

const root = {
  path: "AGENTS.md",
  text: "# Style\n- indent: tabs\n- quotes: double\n\n# Tests\n* run -> npm test\n",
};
const rulesOf = (...texts: string[]) =>
  resolveRules([root, ...texts.map((text, at) => ({ path: `${"src/".repeat(at + 1)}AGENTS.md`, text }))]);

describe("rules of AGENTS.md [req:agents-md.resolve]", () => {
  it("keep their heading and say which file they come from", () => {
    expect(renderRules(rulesOf())).toBe(
      "## Style\n- indent: tabs (AGENTS.md)\n- quotes: double (AGENTS.md)\n\n## Tests\n- run -> npm test (AGENTS.md)",
    );
  });

  it("of the nearest file hold, by heading and key", () => {
    const [style, tests] = rulesOf("# STYLE:\n- Indent: spaces\n", "# style\n- indent: two spaces\n");
    expect(style?.rules).toEqual([
      { text: "quotes: double", from: "AGENTS.md" },
      { text: "indent: two spaces", from: "src/src/AGENTS.md" },
    ]);
    expect(tests?.rules).toHaveLength(1);
  });

  it("are removed by key, and replaced", () => {
    const sections = rulesOf("# Style\n- remove: indent\n- replace: quotes: single\n# Tests\n! run\n");
    expect(sections).toEqual([
      { heading: "Style", rules: [{ text: "quotes: single", from: "src/AGENTS.md" }] },
    ]);
  });

  it("leave comments out, and keep blocks and further lines in one piece", () => {
    const text =
      "intro\n<!-- secret\nnote -->\n# A\n- one\n  goes on\n\n```sh\nnpm: test\n```\n- two: a\n- two: b\n";
    expect(resolveRules([{ path: "AGENTS.md", text }])).toEqual([
      { heading: "", rules: [{ text: "intro", from: "AGENTS.md" }] },
      {
        heading: "A",
        rules: ["one\ngoes on", "```sh\nnpm: test\n```", "two: a", "two: b"].map((rule) => ({
          text: rule,
          from: "AGENTS.md",
        })),
      },
    ]);
  });
});
