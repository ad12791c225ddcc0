import { checkObjectId, type GitRunner } from "../git/index.ts";

/** A file of a commit. */
export interface TreeFile {
  readonly path: string;
  /** The object id of its content. */
  readonly sha: string;
}

/** Files listed at most; detection and cache keys need no more. */
const MOST = 200_000;

/** The regular files of a commit, by path. Reads objects only, never the disk. */
export async function listTree(
  git: GitRunner,
  gitDir: string,
  commit: string,
  safeDirectories: readonly string[] = [],
): Promise<TreeFile[]> {
  checkObjectId(commit);
  const { stdout } = await git.run({
    gitDir,
    args: ["ls-tree", "-r", "-z", "--full-tree", commit],
    safeDirectories,
  });
  const files: TreeFile[] = [];
  for (const line of stdout.split("\0")) {
    const match = /^100\d{3} blob ([0-9a-f]+)\t(.+)$/s.exec(line);
    if (match && files.length < MOST) files.push({ sha: match[1]!, path: match[2]! });
  }
  return files;
}
