import type { ProtectedSet } from "../../config/index.ts";
import { globExpression } from "../rules/glob.ts";

/** Files known by their path alone, and why they are watched. */
export const watchedPaths: Readonly<
  Record<
    Exclude<ProtectedSet, "tests" | "validation" | "lockfiles">,
    { readonly globs: readonly string[]; readonly why: string }
  >
> = {
  ci: {
    why: "runs with the rights of the project's CI",
    globs: [
      ".github/workflows",
      ".github/actions",
      ".gitea/workflows",
      ".forgejo/workflows",
      ".gitlab-ci.yml",
      ".gitlab-ci.yaml",
      ".gitlab/ci",
      ".circleci",
      ".buildkite",
      ".woodpecker",
      ".woodpecker.{yml,yaml}",
      ".drone.{yml,yaml}",
      ".travis.yml",
      "appveyor.yml",
      ".appveyor.yml",
      "azure-pipelines{,.*}.yml",
      "bitbucket-pipelines.yml",
      "cloudbuild.{yml,yaml}",
      "Jenkinsfile",
    ],
  },
  owners: { why: "says who must look at changes", globs: ["CODEOWNERS"] },
  agents: {
    why: "tells later agents what to do, or what they may",
    globs: [
      ".harness",
      ".claude",
      ".codex",
      ".gemini",
      ".opencode",
      ".cursor",
      "opencode.{json,jsonc}",
      ".mcp.json",
      ".cursorrules",
      "AGENTS.md",
      "AGENTS.override.md",
      "CLAUDE.md",
      "CLAUDE.local.md",
      "GEMINI.md",
      ".github/copilot-instructions.md",
      ".github/{instructions,agents,hooks,prompts}",
    ],
  },
  hooks: {
    why: "runs on the machine of whoever uses git in the repository",
    globs: [
      ".husky",
      ".githooks",
      ".pre-commit-config.yaml",
      "lefthook.{yml,yaml}",
      ".lefthook.{yml,yaml}",
      ".gitmodules",
    ],
  },
  machine: {
    why: "runs on, or configures, the machine of whoever opens the repository",
    globs: [
      ".envrc",
      ".npmrc",
      ".yarnrc",
      ".yarnrc.yml",
      ".vscode/{tasks,settings,launch}.json",
      ".devcontainer",
      ".devcontainer.json",
    ],
  },
};

/** Whether a path of the repository fits one of some globs. A file system may not tell `.GitHub` from `.github`. */
export function pathMatcher(globs: readonly string[]): (path: string) => boolean {
  const expressions = globs.map((glob) => globExpression(glob.replace(/\/+$/, "").toLowerCase()));
  return (path) => expressions.some((expression) => expression.test(path.toLowerCase()));
}
