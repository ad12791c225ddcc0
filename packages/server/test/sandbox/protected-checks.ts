import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SandboxBench } from "./bench.ts";
import type { Check } from "./conformance.ts";

const PROTECTED = [
  ".git/config",
  ".git/hooks",
  ".git/info",
  ".husky",
  ".claude",
  ".mcp.json",
  "opencode.json",
];

/** A small repository in the workspace, with one protected file of its own. */
function makeRepository(bench: SandboxBench): void {
  const options = { cwd: bench.workspace, stdio: "ignore" } as const;
  execFileSync("git", ["init", "-q", "--template=", "."], options);
  execFileSync("git", ["config", "user.email", "a@b.c"], options);
  execFileSync("git", ["config", "user.name", "a"], options);
  mkdirSync(join(bench.workspace, ".husky"));
  writeFileSync(join(bench.workspace, ".husky/pre-commit"), "exit 0\n");
}

/** What keeps protected paths as they are. */
export const protectedChecks: readonly Check[] = [
  {
    title: "protected paths cannot be changed, replaced, moved or made where missing [req:sandbox.protected]",
    async run(bench) {
      makeRepository(bench);
      const before = readFileSync(join(bench.workspace, ".git/config"), "utf8");
      const attempts = [
        "echo x >> .git/config",
        "git config core.hooksPath /tmp",
        "echo x > .git/hooks/pre-commit",
        "mkdir .git/hooks/x",
        "ln -s /tmp .git/hooks/y",
        "rm -rf .git/hooks && ln -s /tmp .git/hooks",
        "mv .git .git-old",
        "rm -rf .git/info; echo '* filter=x' > .git/info/attributes",
        "echo x >> .husky/pre-commit",
        "rm -f .husky/pre-commit && false",
        "mv .husky .husky2",
        "mkdir -p .claude/hooks && echo {} > .claude/settings.json",
        "rmdir .claude",
        "mv .claude x",
        "echo x > .mcp.json",
        "rm .mcp.json",
        "ln -sf /tmp/x .mcp.json",
        "cp /etc/hostname opencode.json",
      ];
      const script = attempts.map((attempt, at) => `(${attempt}) 2>/dev/null && echo DONE ${at}`).join("\n");
      const outcome = await bench.sh(script, { protected: PROTECTED });
      assert.equal(outcome.stdout.text, "");
      await bench.sandbox.reap(bench.workspace);
      assert.equal(readFileSync(join(bench.workspace, ".git/config"), "utf8"), before);
      assert.equal(readFileSync(join(bench.workspace, ".husky/pre-commit"), "utf8"), "exit 0\n");
      assert.deepEqual(readdirSync(bench.workspace).sort(), [".git", ".husky"]);
      assert.equal(existsSync(join(bench.workspace, ".git/hooks")), false);
    },
  },
  {
    title: "also in the few directories that can be written, where the rest cannot [req:sandbox.protected]",
    async run(bench) {
      makeRepository(bench);
      const attempts = [
        "echo x > .git/hooks/pre-commit",
        "echo x >> .git/config",
        "mv .git .git-old",
        "echo x > .mcp.json",
        "echo x > a",
      ];
      const script = attempts.map((attempt, at) => `(${attempt}) 2>/dev/null && echo DONE ${at}`).join("\n");
      const outcome = await bench.sh(`${script}\necho x > .git/mark && echo written`, {
        profile: "read-only",
        protected: PROTECTED,
        writable: [join(bench.workspace, ".git")],
      });
      assert.equal(outcome.stdout.text, "written\n");
      await bench.sandbox.reap(bench.workspace);
      assert.deepEqual(readdirSync(bench.workspace).sort(), [".git", ".husky"]);
      assert.equal(existsSync(join(bench.workspace, ".git/hooks")), false);
    },
  },
  {
    title: "git works beside them, sees none of them, and commits [req:sandbox.protected-git]",
    async run(bench) {
      makeRepository(bench);
      const script =
        "echo a > a && git add -A && git status --porcelain && git commit -q -m one && git log --format=%s && cat .mcp.json";
      const outcome = await bench.sh(script, { protected: PROTECTED });
      assert.equal(outcome.stderr.text, "");
      assert.equal(outcome.stdout.text, 'A  .husky/pre-commit\nA  a\none\n{"mcpServers":{}}\n');
      const again = await bench.sh("git status --porcelain; ls .claude", { protected: PROTECTED });
      assert.equal(again.stdout.text, "");
      await bench.sandbox.reap(bench.workspace);
      assert.deepEqual(readdirSync(bench.workspace).sort(), [".git", ".husky", "a"]);
    },
  },
  {
    title: "what a dead server left in their places is removed at the next start [req:sandbox.protected]",
    async run(bench) {
      makeRepository(bench);
      await bench.sh("true", { protected: PROTECTED });
      assert.ok(existsSync(join(bench.workspace, ".mcp.json")));
      await bench.sandbox.reapAll();
      assert.deepEqual(readdirSync(bench.workspace).sort(), [".git", ".husky"]);
    },
  },
];
