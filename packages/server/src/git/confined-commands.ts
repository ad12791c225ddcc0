import { hardenedArguments } from "./hardening.ts";

/**
 * Commands that fill a working tree from elsewhere. They are never run by the server's own runner: a project that turned
 * them on gets them as setup commands, inside its sandbox, with nothing of the operator's in reach.
 */
export const confinedCommands = {
  submodules: ["git", "submodule", "update", "--init", "--recursive"],
  lfs: ["git", "lfs", "pull"],
} as const;

/**
 * A command that only looks at the repository of a working tree, to be run inside its sandbox: what the repository's
 * configuration could start is switched off, and would see nothing of the operator's if it were not.
 */
export function confinedGit(worktree: string, args: readonly [string, ...string[]]): string[] {
  const [subcommand, ...rest] = args;
  const settings = [`safe.directory=${worktree}`, "core.quotePath=false"];
  return ["git", "--no-optional-locks", ...hardenedArguments(subcommand, rest, settings)];
}

/** What such a command adds to its program's environment: no system settings, no questions, no transport. */
export const confinedGitEnvironment: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ALLOW_PROTOCOL: "",
  GIT_NO_LAZY_FETCH: "1",
};
