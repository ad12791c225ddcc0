import { join } from "node:path";
import { HarnessError } from "@harness/protocol";
import type { GitRunner } from "./git-runner.ts";

/** A repository's local configuration: key → its values in order. Keys as git prints them (section and name lower case). */
export type ConfigSnapshot = ReadonlyMap<string, readonly string[]>;

/** Keys that start a program, or send git elsewhere, when some later command meets them (SAFETY.md B0). */
const DANGEROUS: readonly RegExp[] = [
  /^include\.path$/s,
  /^includeif\./s,
  /^filter\./s,
  /^diff\.(?:.*\.)?(?:command|textconv|external)$/s,
  /^merge\..*\.driver$/s,
  /^alias\./s,
  /^core\.(?:sshcommand|gitproxy|worktree|editor|pager|alternaterefscommand|askpass)$/s,
  /^remote\..*\.(?:uploadpack|receivepack|vcs)$/s,
  /^url\./s,
  /^extensions\.worktreeconfig$/s,
  /^credential\.(?:.*\.)?helper$/s,
  /^gpg\.(?:.*\.)?program$/s,
  /^protocol\./s,
  /^uploadpack\.packobjectshook$/s,
];

/** Reads a repository's own configuration file as data; includes are not followed. An absent file reads as empty. */
export async function readConfigSnapshot(
  git: GitRunner,
  gitDir: string,
  file = "config",
): Promise<ConfigSnapshot> {
  const { stdout, exitCode, stderr } = await git.run({
    gitDir,
    args: ["config", "--file", join(gitDir, file), "--no-includes", "--list", "-z"],
    allowFailure: true,
  });
  if (exitCode !== 0 && !/No such file|unable to read config file/i.test(stderr)) {
    throw new HarnessError(
      "repo_config_tampered",
      `The configuration ${join(gitDir, file)} cannot be read: ${stderr.trim().slice(0, 200)}`,
    );
  }
  const snapshot = new Map<string, string[]>();
  for (const entry of stdout.split("\0")) {
    if (entry === "") continue;
    const end = entry.indexOf("\n");
    const key = end < 0 ? entry : entry.slice(0, end);
    // A key without "=" is a bare boolean; git prints no newline for it.
    snapshot.set(key, [...(snapshot.get(key) ?? []), end < 0 ? "true" : entry.slice(end + 1)]);
  }
  return snapshot;
}

/**
 * Refuses a repository whose configuration could run code. Keys that stood there with the same values when the project was
 * registered are the user's own and pass. Throws `repo_config_tampered`, naming the key and never its value.
 */
export async function refuseTamperedConfig(
  git: GitRunner,
  gitDir: string,
  allowed: ConfigSnapshot = new Map(),
): Promise<void> {
  const main = await readConfigSnapshot(git, gitDir);
  const perWorktree = main.has("extensions.worktreeconfig")
    ? await readConfigSnapshot(git, gitDir, "config.worktree")
    : [];
  for (const [key, values] of [...main, ...perWorktree]) {
    if (!isDangerousConfigKey(key) || sameValues(values, allowed.get(key))) continue;
    throw new HarnessError(
      "repo_config_tampered",
      `The repository's git configuration sets ${key}, which could run code and was not there when the project was first used. Remove it, or update the project to accept it.`,
      { field: key },
    );
  }
}

/** True for a configuration key that could make git start a program or talk to someone else. */
export function isDangerousConfigKey(key: string): boolean {
  return DANGEROUS.some((pattern) => pattern.test(key));
}

function sameValues(values: readonly string[], allowed: readonly string[] | undefined): boolean {
  return (
    allowed !== undefined &&
    values.length === allowed.length &&
    values.every((value, i) => value === allowed[i])
  );
}
