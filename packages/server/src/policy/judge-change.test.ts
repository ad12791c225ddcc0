import { describe, expect, it } from "vitest";
import { judgeChange } from "./judge-change.ts";
import { noRules, type Rule } from "./rules/rule.ts";

const at = { file: "x", line: 1, justification: null };
const guard = (paths: string[], decision: Rule["decision"], layer: Rule["layer"] = "operator"): Rule => ({
  ...at,
  id: `${layer}:${paths.join()}`,
  layer,
  kind: "protected",
  paths,
  decision,
});
const limit = (more: { max_files?: number; max_lines?: number }): Rule => ({
  ...at,
  id: "limit",
  layer: "project",
  kind: "diff",
  paths: ["src/**"],
  max_files: null,
  max_lines: null,
  decision: "prompt",
  ...more,
});
const changed = (...paths: string[]) => paths.map((path) => ({ path, lines: 10 }));
const defaults = [{ paths: ["CODEOWNERS"], justification: "who answers for what" }];

describe("a finished change", () => {
  it("is free where no rule speaks of its files [req:rules.change]", () => {
    expect(judgeChange(noRules, changed("a.ts"), defaults)).toEqual({ decision: "allow", findings: [] });
  });

  it("is asked about for a protected file, and a higher layer can take that off [req:rules.change]", () => {
    expect(judgeChange(noRules, changed("docs/CODEOWNERS"), defaults)).toMatchObject({
      decision: "prompt",
      findings: [{ about: "docs/CODEOWNERS", rule: { layer: "default" } }],
    });
    const freed = { ...noRules, rules: [guard(["CODEOWNERS"], "allow", "project")] };
    expect(judgeChange(freed, changed("CODEOWNERS"), defaults).decision).toBe("allow");
    const strict = { ...noRules, rules: [...freed.rules, guard([".github/**", "CODEOWNERS"], "forbidden")] };
    const judged = judgeChange(strict, changed("CODEOWNERS", ".github/workflows/ci.yml"), defaults);
    expect(judged).toMatchObject({ decision: "forbidden" });
    expect(judged.findings).toHaveLength(2);
  });

  it("is asked about when it alters more than a rule lets pass [req:rules.change]", () => {
    const rules = [limit({ max_files: 2 }), limit({ max_lines: 25 })];
    const judge = (...paths: string[]) => judgeChange({ ...noRules, rules }, changed(...paths)).findings;
    expect(judge("src/a", "src/b", "docs/c")).toEqual([]);
    expect(judge("src/a", "src/b", "src/c").map(({ about }) => about)).toEqual([
      "3 files of src/**, more than 2",
      "30 lines of src/**, more than 25",
    ]);
    const binary = [{ path: "src/a.png", lines: null }];
    expect(judgeChange({ ...noRules, rules }, binary).findings).toEqual([]);
  });
});
