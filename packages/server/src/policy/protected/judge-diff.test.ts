import { describe, expect, it } from "vitest";
import { protectedSets } from "../../config/index.ts";
import { type DiffFile, type DiffWatch, judgeDiff } from "./judge-diff.ts";

const isTest = (path: string) => /(^|\/)test\/|\.test\./.test(path);
const watch: DiffWatch = {
  sets: protectedSets,
  paths: ["migrations/**"],
  commands: [
    ["npm", "run", "check:all"],
    ["npm", "t"],
    ["node", "scripts/prove.js"],
    ["make", "test"],
  ],
  isTest,
};
type Changed = string | DiffFile;
const file = (changed: Changed): DiffFile =>
  typeof changed === "string" ? { path: changed, status: "modified" } : changed;
const hunk = (...lines: string[]) =>
  `diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n${lines.join("\n")}\n`;

function judge(
  changed: readonly Changed[],
  patches: Record<string, string> = {},
  more: Partial<DiffWatch> = {},
) {
  const files = changed.map(file);
  return judgeDiff(files, new Map(Object.entries(patches)), { ...watch, ...more });
}

describe("a change that a person is asked about", () => {
  it.each([
    ["ci", ".github/workflows/ci.yml"],
    ["ci", ".GitHub/Workflows/ci.yml"],
    ["ci", ".gitlab-ci.yml"],
    ["ci", ".circleci/config.yml"],
    ["ci", "azure-pipelines.release.yml"],
    ["owners", "CODEOWNERS"],
    ["owners", ".github/CODEOWNERS"],
    ["owners", "docs/CODEOWNERS"],
    ["agents", ".harness/config.toml"],
    ["agents", ".claude/settings.json"],
    ["agents", ".claude/settings.local.json"],
    ["agents", "packages/web/.claude/hooks/run.sh"],
    ["agents", ".codex/config.toml"],
    ["agents", ".mcp.json"],
    ["agents", "AGENTS.md"],
    ["agents", "packages/web/CLAUDE.md"],
    ["agents", ".github/hooks/all.json"],
    ["hooks", ".husky/pre-commit"],
    ["hooks", ".githooks/post-merge"],
    ["hooks", ".gitmodules"],
    ["machine", ".envrc"],
    ["machine", ".vscode/tasks.json"],
    ["machine", ".devcontainer/devcontainer.json"],
    ["machine", ".npmrc"],
    ["configured", "migrations/7/up.sql"],
    ["validation", "scripts/prove.js"],
    ["validation", "Makefile"],
  ])("%s: %s, whether it was there before or not [req:gate.paths]", (set, path) => {
    // What was not there cannot be what validation ran before.
    const statuses =
      set === "validation" ? (["modified", "deleted"] as const) : (["modified", "added", "deleted"] as const);
    for (const status of statuses) expect(judge([{ path, status }])).toMatchObject([{ path, set, status }]);
  });

  it("a file that is moved into or out of such a place", () => {
    const moved = { path: ".husky/pre-push", oldPath: "tools/x.sh", status: "renamed" } as const;
    expect(judge([moved])).toMatchObject([{ set: "hooks" }]);
    expect(judge([{ ...moved, path: "x", oldPath: ".github/workflows/a.yml" }])).toMatchObject([
      { set: "ci" },
    ]);
  });

  it.each([
    ["is deleted", { path: "a.test.ts", status: "deleted" }, "", "a test is deleted"],
    [
      "is no test any more",
      { path: "a.ts", oldPath: "a.test.ts", status: "renamed" },
      hunk(),
      "no test any more",
    ],
    ["is a link now", { path: "a.test.ts", status: "type_changed" }, "", "something else"],
    ["loses an assertion", "a.test.ts", hunk("-  expect(a).toBe(1);", "+  a();"), "tests less"],
    ["loses a case", "test/a.py", hunk("-def test_sum():", "-    assert sum() == 3"), "tests less"],
    ["is skipped", "a.test.ts", hunk("-it('adds', f);", "+it.skip('adds', f);"), "left out"],
    ["is the only one left", "a.test.ts", hunk("-it('adds', f);", "+it.only('adds', f);"), "left out"],
    [
      "is commented out",
      "a.test.ts",
      hunk("-  expect(a).toBe(1);", "+  // expect(a).toBe(1);"),
      "tests less",
    ],
    ["gets shorter, in no language we know", "test/a.data", hunk("-1", "-2", "+1"), "shorter"],
  ] as const)("an existing test that %s [req:gate.tests]", (_, changed, patch, why) => {
    const one = file(changed as Changed);
    expect(judge([one], { [one.path]: patch })).toMatchObject([
      { set: "tests", why: expect.stringContaining(why) },
    ]);
  });

  it("a test whose patch could not be read whole [req:gate.tests]", () => {
    expect(judge(["a.test.ts"])).toMatchObject([{ why: "its change is too large to be judged" }]);
  });

  it("the script validation runs, or one put before it [req:gate.validation]", () => {
    const script = (name: string, sign = "-") => ({ "package.json": hunk(`${sign}    "${name}": "true",`) });
    expect(judge(["package.json"], script("test"))).toMatchObject([{ set: "validation" }]);
    expect(judge(["package.json"], script("check:all"))).toMatchObject([{ set: "validation" }]);
    expect(judge(["package.json"], script("pretest", "+"))).toMatchObject([{ set: "validation" }]);
    expect(judge(["package.json"], script("build"))).toEqual([]);
  });

  it("a lock file that changes alone, or goes [req:gate.lockfiles]", () => {
    expect(judge(["package-lock.json"])).toMatchObject([{ set: "lockfiles" }]);
    expect(judge(["web/yarn.lock", "Cargo.toml"])).toMatchObject([{ path: "web/yarn.lock" }]);
    expect(judge([{ path: "go.sum", status: "deleted" }, "go.mod"])).toMatchObject([{ path: "go.sum" }]);
  });
});

describe("ordinary work asks nobody", () => {
  it.each([
    ["code", ["src/a.ts", { path: "src/b.ts", status: "deleted" }], {}],
    ["new tests", [{ path: "a.test.ts", status: "added" }], {}],
    [
      "a test that moved",
      [{ path: "b/a.test.ts", oldPath: "a.test.ts", status: "renamed" }],
      { "b/a.test.ts": hunk() },
    ],
    [
      "a changed expectation",
      ["a.test.ts"],
      { "a.test.ts": hunk("-  expect(a).toBe(1);", "+  expect(a).toBe(2);") },
    ],
    ["more assertions", ["a.test.ts"], { "a.test.ts": hunk("+  expect(b).toBe(2);") }],
    [
      "dependencies with their lock file",
      ["package.json", "package-lock.json"],
      { "package.json": hunk('+    "left-pad": "1.0.0"') },
    ],
    [
      "a workspace's dependencies",
      ["packages/a/package.json", "pnpm-lock.yaml"],
      { "packages/a/package.json": hunk('+    "x": "1"') },
    ],
    [
      "files that only look alike",
      ["docs/github/workflows.md", "src/agents.ts", "src/mcp.json", ".github/ISSUE_TEMPLATE/a.md"],
      {},
    ],
  ] as const)("%s [req:gate.ordinary]", (_, changed, patches) => {
    expect(judge(changed as readonly Changed[], patches)).toEqual([]);
  });

  it("and so does what the operator does not watch [req:gate.ordinary]", () => {
    const all = ["a.test.ts", ".github/workflows/ci.yml", "package-lock.json", "scripts/prove.js", ".envrc"];
    expect(judge(all, {}, { sets: [], paths: [] })).toEqual([]);
  });
});
