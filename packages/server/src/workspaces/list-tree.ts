import { checkObjectId, type GitRunner } from "../git/index.ts";
import type { Layout } from "./layout.ts";
import { openRepository } from "./repository.ts";

/** A file of a commit. */
export interface TreeFile {
  readonly path: string;
  /** The object id of its content. */
  readonly sha: string;
}

/** Files listed at most; detection and cache keys need no more. */
const MOST = 200_000;

/** A commit, and where it is: in a project's mirror or in the user's own repository. */
export type TreeSpec = { readonly commit: string } & (
  | { readonly projectId: string }
  | { readonly root: string }
);

/** The regular files of a commit, by path. Reads objects only, never the disk. */
export async function listTree(git: GitRunner, layout: Layout, spec: TreeSpec): Promise<TreeFile[]> {
  checkObjectId(spec.commit);
  const place =
    "projectId" in spec
      ? { commonDir: layout.mirror(spec.projectId), foreign: [] }
      : await openRepository(spec.root);
  const args = ["ls-tree", "-r", "-z", "--full-tree", spec.commit];
  const { stdout } = await git.run({ gitDir: place.commonDir, args, safeDirectories: place.foreign });
  const files: TreeFile[] = [];
  for (const line of stdout.split("\0")) {
    const match = /^100\d{3} blob ([0-9a-f]+)\t(.+)$/s.exec(line);
    if (match && files.length < MOST) files.push({ sha: match[1]!, path: match[2]! });
  }
  return files;
}
