import { describe, expect, it } from "vitest";
import { protectedSets } from "../config/index.ts";
import { type ChangedFile, judgeChange } from "./judge-change.ts";
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
const file = (path: string, more: Partial<ChangedFile> = {}): ChangedFile => ({
  path,
  status: "modified",
  lines: 10,
  ...more,
});
const watch = {
  sets: protectedSets,
  paths: ["migrations/**"],
  commands: [],
  isTest: (path: string) => path.includes(".test."),
};
const judge = (rules: Rule[], ...changed: (string | ChangedFile)[]) => {
  const files = changed.map((one) => (typeof one === "string" ? file(one) : one));
  return judgeChange({ ...noRules, rules }, { files, patches: new Map(), watch });
};
const free = { asks: [], forbidden: [] };

describe("a finished change", () => {
  it("is free where neither a rule nor the built-in lists speak of its files [req:rules.change]", () => {
    expect(judge([], "a.ts")).toEqual(free);
  });

  it.each([
    ["owners", file("docs/CODEOWNERS")],
    ["ci", file(".github/workflows/ci.yml")],
    ["agents", file("AGENTS.md", { status: "added" })],
    ["tests", file("a.test.ts", { status: "deleted" })],
    ["lockfiles", file("package-lock.json")],
  ] as const)(
    "asks about %s unless a rule of a higher layer frees the path [req:rules.change] [req:gate.freed]",
    (set, changed) => {
      expect(judge([], changed).asks).toMatchObject([{ path: changed.path, set }]);
      for (const layer of ["project", "operator"] as const)
        expect(judge([guard([changed.path], "allow", layer)], changed)).toEqual(free);
      expect(judge([guard(["other/**"], "allow")], changed).asks).toHaveLength(1);
    },
  );

  it("is free of what the configuration names by the operator's rule only [req:gate.freed]", () => {
    expect(judge([], "migrations/1.sql").asks).toMatchObject([{ set: "configured" }]);
    expect(judge([guard(["migrations/**"], "allow", "project")], "migrations/1.sql").asks).toHaveLength(1);
    expect(judge([guard(["migrations/**"], "allow")], "migrations/1.sql")).toEqual(free);
  });

  it("is decided by the highest layer that speaks, and in it by the strictest [req:rules.change]", () => {
    const rules = [
      guard(["CODEOWNERS"], "allow", "project"),
      guard([".github/**", "CODEOWNERS"], "forbidden"),
    ];
    const judged = judge(rules, "CODEOWNERS", ".github/workflows/ci.yml", "AGENTS.md");
    expect(judged.forbidden).toMatchObject([{ path: "CODEOWNERS", set: "rule" }, { set: "rule" }]);
    expect(judged.asks).toMatchObject([{ path: "AGENTS.md", set: "agents" }]);
  });

  it("counts at both ends of a file that is moved [req:gate.rules]", () => {
    const moved = file("tools/x.sh", { oldPath: ".husky/pre-push", status: "renamed" });
    expect(judge([], moved).asks).toMatchObject([{ path: "tools/x.sh", set: "hooks" }]);
    expect(judge([guard(["tools/**"], "allow")], moved).asks).toHaveLength(1);
    expect(judge([guard(["tools/**", ".husky/**"], "allow")], moved)).toEqual(free);
    const kept = file("b.txt", { oldPath: "keep/a.txt", status: "renamed" });
    expect(judge([guard(["keep/**"], "forbidden")], kept).forbidden).toMatchObject([{ path: "b.txt" }]);
  });

  it("is asked about when it alters more than a rule lets pass [req:rules.change]", () => {
    const rules = [limit({ max_files: 2 }), limit({ max_lines: 25 })];
    const asks = (...paths: string[]) => judge(rules, ...paths).asks.map(({ path }) => path);
    expect(asks("src/a", "src/b", "docs/c")).toEqual([]);
    expect(asks("src/a", "src/b", "src/c")).toEqual([
      "3 files of src/**, more than 2",
      "30 lines of src/**, more than 25",
    ]);
    expect(judge(rules, file("src/a.png", { lines: null }))).toEqual(free);
  });
});
