import { PlanModule } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { isTestFile, modulesOf } from "./module-files.ts";

const modules = [
  { name: "validator.py", files: [] },
  { name: "mail", files: ["src/mail/", "./src/smtp.ts"] },
  { name: "docs", files: ["docs/**"] },
].map((module) => PlanModule.parse(module));

describe("the modules a file belongs to", () => {
  it.each([
    ["lib/validator.py", ["validator.py"]],
    ["tests/test_validator.py", ["validator.py"]],
    ["validator_test.py", ["validator.py"]],
    ["src/mail/send.ts", ["mail"]],
    ["src/smtp.ts", ["mail"]],
    ["test/smtp.test.ts", ["mail"]],
    ["docs/a/b.md", ["docs"]],
    ["src/mailbox.ts", []],
    ["validator.pyc", []],
    ["test/other.test.ts", []],
  ])("of %s", (path, names) => {
    expect(modulesOf(modules, path)).toEqual(names);
  });
});

describe("a test file", () => {
  it.each([
    "a.test.ts",
    "src/a.spec.js",
    "test_a.py",
    "a_test.go",
    "src/__tests__/a.js",
    "tests/a.rs",
    "SumTest.java",
    "sum_spec.rb",
  ])("is %s", (path) => {
    expect(isTestFile(path)).toBe(true);
  });

  it.each(["a.ts", "contest.py", "latest.ts", "src/attest/a.ts", "testimony.md"])("is not %s", (path) => {
    expect(isTestFile(path)).toBe(false);
  });
});
