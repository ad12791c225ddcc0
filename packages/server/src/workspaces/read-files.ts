import { checkObjectId, type GitRunner } from "../git/index.ts";
import type { Layout } from "./layout.ts";

/** A file of a commit, up to a cap. */
export interface FileText {
  readonly path: string;
  readonly text: string;
  /** True when the file goes on. */
  readonly cut: boolean;
}

/** Which files, of which commit of a project's mirror, and how much of them. */
export interface FilesSpec {
  readonly projectId: string;
  readonly commit: string;
  readonly paths: readonly string[];
  readonly fileBytes: number;
  readonly totalBytes: number;
}

/** Files read at a time: each is a process of git. */
const AT_ONCE = 4;

/**
 * The texts of some files, in the order asked for, until one more would pass the total; the rest is left out. A path that is no file there is left out too.
 */
export async function readFiles(git: GitRunner, layout: Layout, spec: FilesSpec): Promise<FileText[]> {
  checkObjectId(spec.commit);
  const gitDir = layout.mirror(spec.projectId);
  const read: FileText[] = [];
  let room = spec.totalBytes;
  for (let at = 0; at < spec.paths.length && room > 0; at += AT_ONCE) {
    const some = spec.paths.slice(at, at + AT_ONCE);
    for (const file of await Promise.all(some.map((path) => readOne(git, { ...spec, gitDir }, path)))) {
      if (!file) continue;
      room -= Buffer.byteLength(file.text);
      if (room < 0) return read;
      read.push(file);
    }
  }
  return read;
}

async function readOne(
  git: GitRunner,
  spec: Pick<FilesSpec, "commit" | "fileBytes"> & { readonly gitDir: string },
  path: string,
): Promise<FileText | undefined> {
  const { exitCode, stdout, cut } = await git.run({
    gitDir: spec.gitDir,
    args: ["cat-file", "blob", `${spec.commit}:${path}`],
    outputCapBytes: spec.fileBytes,
    allowFailure: true,
  });
  return exitCode === 0 ? { path, text: stdout, cut } : undefined;
}
