import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { GitIdentity, GitRunner } from "../git/index.ts";
import { exists } from "./files.ts";
import { layOutRepository } from "./new-repository.ts";

/** A repository to begin. */
export interface RepositorySeed {
  /** The folder whose files it begins with. */
  readonly files: string;
  /** Where it shall be; the folder above it exists. */
  readonly root: string;
  readonly branch: string;
  readonly message: string;
  readonly identity: GitIdentity;
}

/** Made as yet for no hash function in particular: git's usual one. */
const SHA1 = "0".repeat(40);

/**
 * Makes a repository with one commit out of the files of a folder. It appears whole or not at all; what is there already,
 * whatever it is, stays as it is.
 */
export async function seedRepository(git: GitRunner, seed: RepositorySeed): Promise<void> {
  if (await exists(seed.root)) return;
  const fresh = await mkdtemp(`${seed.root}.`);
  try {
    await cp(seed.files, fresh, { recursive: true });
    const gitDir = join(fresh, ".git");
    await layOutRepository(gitDir, { bare: false, likeSha: SHA1, head: seed.branch });
    const { identity } = seed;
    await git.run({ gitDir, workTree: fresh, args: ["add", "--all"] });
    await git.run({ gitDir, workTree: fresh, args: ["commit", "--quiet", "-m", seed.message], identity });
    // Whoever was asked at the same time may have been faster: theirs is as good.
    await rename(fresh, seed.root).catch(async (error: unknown) => {
      if (!(await exists(seed.root))) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
