import type { GitRunner } from "../git/index.ts";

/**
 * The settings of a repository as they hold there, with what its configuration includes; the last value of each key.
 * The settings of our own command line are left out.
 */
export async function effectiveConfig(
  git: GitRunner,
  at: { readonly gitDir: string; readonly workTree?: string },
): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await git.run({
    gitDir: at.gitDir,
    workTree: at.workTree,
    args: ["config", "--list", "-z", "--show-scope"],
  });
  const fields = stdout.split("\0");
  const config = new Map<string, string>();
  for (let i = 0; i + 1 < fields.length; i += 2) {
    if (fields[i] === "command") continue;
    const [key = "", ...value] = fields[i + 1]!.split("\n");
    config.set(key, value.length === 0 ? "true" : value.join("\n"));
  }
  return config;
}

/** Settings that switch every filter of a repository off: a blank command is none, and nothing requires it. */
export function withoutFilters(config: ReadonlyMap<string, string>): string[] {
  const drivers = [...config.keys()].flatMap((key) => /^filter\.(.*)\.[^.]+$/s.exec(key)?.[1] ?? []);
  return [...new Set(drivers)].flatMap((name) => [
    `filter.${name}.clean=`,
    `filter.${name}.smudge=`,
    `filter.${name}.process=`,
    `filter.${name}.required=false`,
  ]);
}

/** Those of some paths of a commit that its attributes, or the repository's own, send through a filter. */
export async function filteredPaths(
  git: GitRunner,
  gitDir: string,
  of: { readonly commit: string; readonly paths: readonly string[]; readonly indexFile: string },
): Promise<string[]> {
  if (of.paths.length === 0) return [];
  await git.run({ gitDir, indexFile: of.indexFile, args: ["read-tree", of.commit] });
  const { stdout } = await git.run({
    gitDir,
    indexFile: of.indexFile,
    args: ["check-attr", "--cached", "-z", "--stdin", "filter"],
    stdin: of.paths.map((path) => `${path}\0`).join(""),
    outputCapBytes: Number.POSITIVE_INFINITY,
  });
  const fields = stdout.split("\0");
  const filtered: string[] = [];
  for (let i = 0; i + 2 < fields.length; i += 3)
    if (fields[i + 2] !== "unspecified" && fields[i + 2] !== "unset") filtered.push(fields[i]!);
  return filtered;
}
