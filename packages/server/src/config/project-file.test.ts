import { HarnessError } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { hashProjectConfig, parseProjectConfig } from "./project-file.ts";

const seed = `[git]
base_branch = "develop"
remote = "upstream"
branch_prefix = "fix/"
[validation]
pre_commit = ["cargo fmt --all -- --check", "cargo check"]
timeout_secs = 120
[agent]
default = "auto" # or set a registered agent name
[review]
enabled = true
[concurrency]
max_concurrent_tasks = 3
`;

function failure(text: string): HarnessError {
  try {
    parseProjectConfig(text, ".harness/config.toml");
  } catch (error) {
    if (error instanceof HarnessError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

describe("a project's own file", () => {
  it("reads seed 1's example and warns about the remote [req:config.project-file]", () => {
    const { settings, warnings } = parseProjectConfig(seed, ".harness/config.toml");
    expect(settings).toEqual({
      base_branch: "develop",
      branch_prefix: "fix/",
      validation: [
        { name: "cargo fmt --all -- --check", argv: ["cargo", "fmt", "--all", "--", "--check"] },
        { name: "cargo check", argv: ["cargo", "check"] },
      ],
      validation_timeout_secs: 120,
      agent: "auto",
      review: { enabled: true },
      max_concurrent: 3,
    });
    expect(warnings.map((one) => [one.field, one.line])).toEqual([["git.remote", 3]]);
  });

  it("reads setup, caches, files to copy and named commands [req:config.project-file]", () => {
    const { settings } = parseProjectConfig(
      `[setup]
commands = ["npm ci", ["npm", "run", "my build"]]
cache_dirs = ["node_modules"]
[workspace]
copy_files = [".env"]
[validation]
commands = [{ name = "unit", argv = ["npm", "test"], timeout_secs = 9 }, "npm run lint"]
[review]
max_rounds = 2
reviewer_agent = "codex"`,
      "x",
    );
    expect(settings).toEqual({
      setup: [
        ["npm", "ci"],
        ["npm", "run", "my build"],
      ],
      cache_dirs: ["node_modules"],
      copy_files: [".env"],
      validation: [
        { name: "unit", argv: ["npm", "test"], timeout_secs: 9 },
        { name: "npm run lint", argv: ["npm", "run", "lint"] },
      ],
      review: { max_rounds: 2, reviewer_agent: "codex" },
    });
  });

  it("takes validation none in words [req:config.project-file]", () => {
    expect(parseProjectConfig('validation = "none"', "x").settings).toEqual({ validation: "none" });
    expect(parseProjectConfig("", "x").settings).toEqual({});
  });

  it.each([
    ['[agents.claude]\ncli_path = "./evil"', "agents", "only the operator's configuration"],
    ['sandbox = "none"', "sandbox", "only the operator's configuration"],
    ["[limits]\nmax_attempts = 99", "limits", "only the operator's configuration"],
    ["takeover = true", "takeover", "only the operator's configuration"],
    ['[env]\nCODEX_HOME = "."', "env", "only the operator's configuration"],
    ['[server]\napi_token = "0123456789abcdef0123"', "server", "only the operator's configuration"],
    ['[agent]\ncli_path = "./evil"', "agent.cli_path", "the operator's configuration can"],
    ["[review]\nallow_same_agent = true", "review.allow_same_agent", "the operator's configuration can"],
    ['[validation]\nsandbox = "none"', "validation.sandbox", "the operator's configuration can"],
  ])("refuses %j by name [req:config.project-file-limits]", (text, field, words) => {
    const error = failure(text);
    expect(error.code).toBe("config_invalid");
    expect(error.details.field).toBe(field);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain("0123456789abcdef");
  });

  it.each([
    ['[git]\nbase_brunch = "x"', "git.base_brunch", "base_branch", 2, 1],
    ["[reveiw]\nenabled = true", "reveiw", "review", 1, 2],
    ['[git]\nbase_branch = "--upload-pack=x"', "git.base_branch", "letters, digits", 2, 1],
    [
      '[workspace]\ncopy_files = ["a", "../../etc/passwd"]',
      "workspace.copy_files.1",
      "inside the repository",
      2,
      20,
    ],
    ['[workspace]\ncopy_files = ["/etc/passwd"]', "workspace.copy_files.0", "inside the repository", 2, 15],
    ['[validation]\ncommands = ["a | b"]', "validation.commands.0", "shell operator", 2, 13],
    ["[review]\nmax_rounds = 0", "review.max_rounds", ">=1", 2, 1],
    ["[__proto__]\nx = 1", "__proto__", "not a setting", 1, 2],
  ])("points at the mistake in %j [req:config.error-place]", (text, field, words, line, column) => {
    const { message, details } = failure(text);
    expect({ field: details.field, line: details.line, column: details.column }).toEqual({
      field,
      line,
      column,
    });
    expect(message).toContain(words);
    expect(message).toContain(`.harness/config.toml:${line}:${column}: `);
  });

  it("hashes the bytes [req:config.project-file]", () => {
    expect(hashProjectConfig("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });
});
