import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** An empty repository to lay out. */
export interface NewRepository {
  readonly bare: boolean;
  /** Any object id of the project: its length tells the hash function. */
  readonly likeSha: string;
  /** The branch HEAD names, which does not exist yet. */
  readonly head: string;
  /** A directory of objects to read what is missing here from. */
  readonly alternates?: string;
  /** More lines of configuration. */
  readonly config?: string;
}

/**
 * Lays out an empty repository as git's documented format says (gitrepository-layout): no template, no hook, no guess of `git
 * init` about what the caller meant. The alternates file is written last, so its presence means that the rest is whole.
 */
export async function layOutRepository(gitDir: string, spec: NewRepository): Promise<void> {
  await mkdir(join(gitDir, "objects", "info"), { recursive: true, mode: 0o700 });
  await mkdir(join(gitDir, "objects", "pack"), { recursive: true });
  await mkdir(join(gitDir, "refs", "heads"), { recursive: true });
  await writeFile(join(gitDir, "config"), configOf(spec));
  await writeFile(join(gitDir, "HEAD"), `ref: refs/heads/${spec.head}\n`);
  if (spec.alternates !== undefined) {
    await writeFile(join(gitDir, "objects", "info", "alternates"), `${spec.alternates}\n`);
  }
}

function configOf(spec: NewRepository): string {
  const sha256 = spec.likeSha.length === 64;
  const core = `[core]\n\trepositoryformatversion = ${sha256 ? 1 : 0}\n\tfilemode = true\n\tbare = ${spec.bare}\n`;
  const format = sha256 ? "[extensions]\n\tobjectformat = sha256\n" : "";
  return `${core}${format}${spec.config ?? ""}`;
}
