import { describe, expect, it } from "vitest";
import { understand } from "./understand.ts";

describe("words that need no model", () => {
  it.each([
    ["git status", { kind: "git_status" }],
    ["Can you please show me the git status?", { kind: "git_status" }],
    ["what changed?", { kind: "git_diff", staged: false }],
    ["git diff --staged", { kind: "git_diff", staged: true }],
    ["show staged changes", { kind: "git_diff", staged: true }],
    ["show me the diff of src/a.ts", { kind: "git_diff", staged: false, path: "src/a.ts" }],
    ["what branch am I on?", { kind: "git_branch" }],
    ["list branches", { kind: "git_branch" }],
    ["git log", { kind: "git_log", count: 10 }],
    ["git log --oneline -5", { kind: "git_log", count: 5 }],
    ["show the last 3 commits", { kind: "git_log", count: 3 }],
    ["what was the last commit?", { kind: "git_log", count: 1 }],
    ["what repo is this?", { kind: "identity" }],
    ["where is the repo root", { kind: "identity" }],
    ["git remote -v", { kind: "identity" }],
    ["show README", { kind: "read", path: "README" }],
    ["show me the README file", { kind: "read", path: "README" }],
    ["read src/a.ts lines 3-9", { kind: "read", path: "src/a.ts", lines: { first: 3, last: 9 } }],
    ["read src/a.ts:7", { kind: "read", path: "src/a.ts", lines: { first: 7, last: 7 } }],
    ["show lines 3 to 9 of src/a.ts", { kind: "read", path: "src/a.ts", lines: { first: 3, last: 9 } }],
    ["show the last 5 lines of log.txt", { kind: "read", path: "log.txt", lines: { first: -5, last: -1 } }],
    ["what's in package.json?", { kind: "read", path: "package.json" }],
    ["list src", { kind: "list", path: "src" }],
    ["show the folder src/agents", { kind: "list", path: "src/agents" }],
    ["list files", { kind: "list", path: "." }],
    ["where is parseLine defined?", { kind: "find", relation: "defined", symbol: "parseLine" }],
    ["where is the function `parseLine` used", { kind: "find", relation: "used", symbol: "parseLine" }],
    ["what calls Store.open?", { kind: "find", relation: "calls", symbol: "Store.open" }],
    ["who uses parseLine", { kind: "find", relation: "used", symbol: "parseLine" }],
    ["find the definition of parse_line()", { kind: "find", relation: "defined", symbol: "parse_line" }],
    ["run that", { kind: "run_that" }],
    ["run it again", { kind: "run_that" }],
    ["run `npm test -- --bail`", { kind: "run", command: "npm test -- --bail" }],
    ["run npm test", { kind: "run", command: "npm test" }],
    ["$ ls -la", { kind: "run", command: "ls -la" }],
    ["create an empty file notes.md", { kind: "write", how: "create", path: "notes.md", content: "" }],
    [
      'create a file docs/a.txt with "hello, world"',
      { kind: "write", how: "create", path: "docs/a.txt", content: "hello, world\n" },
    ],
    [
      "create the file a.js with:\n```js\nlet a = 1;\n\nlet b;\n```",
      { kind: "write", how: "create", path: "a.js", content: "let a = 1;\n\nlet b;\n" },
    ],
    [
      "append 'node_modules' to .gitignore",
      { kind: "write", how: "append", path: ".gitignore", content: "node_modules\n" },
    ],
    ['write "1.2.3" to VERSION', { kind: "write", how: "replace", path: "VERSION", content: "1.2.3\n" }],
    ["write to a.txt:\none\ntwo", { kind: "write", how: "replace", path: "a.txt", content: "one\ntwo\n" }],
  ])("%s", (words, intent) => {
    expect(understand(words)).toEqual({ intent, sure: true });
  });

  it.each([
    ["run frobnicate --fast", { kind: "run", command: "frobnicate --fast" }],
    [
      "create file a.txt with hello there",
      { kind: "write", how: "create", path: "a.txt", content: "hello there\n" },
    ],
    ["help", { kind: "help" }],
  ])("perhaps: %s", (words, intent) => {
    expect(understand(words)).toEqual({ intent, sure: false });
  });
});

describe("words that need a model", () => {
  it.each([
    "Make sum add",
    "Fix the failing test in src/a.ts",
    "read src/a.ts and explain what it does",
    "where is the best place to put a cache?",
    "where is it used?",
    "show me how to use this library",
    "run the tests and fix what fails",
    "run all tests",
    "create a file config.ts with a default configuration for the linter",
    "add logging to parser",
    "add tests to src/a.test.ts",
    "write a function to parse dates in src/dates.ts",
    "What is wrong with this code?",
    "what does this project do?",
    "git status\nand then fix the build",
    "list the reasons why this fails",
    "show that it works",
    "",
  ])("%s", (words) => {
    expect(understand(words)?.sure ?? false).toBe(false);
  });
});
