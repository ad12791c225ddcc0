import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Repository } from "./repository.ts";

/** A working tree that has a branch checked out, with the git directory that belongs to it. */
export interface Checkout {
  readonly gitDir: string;
  readonly workTree: string;
}

/**
 * The working tree a branch is checked out in, or is being rebased in; found by git's own files. A linked worktree
 * whose directory is gone counts for nothing.
 */
export async function checkoutOf(repo: Repository, branch: string): Promise<Checkout | undefined> {
  for (const checkout of await checkoutsOf(repo)) {
    if ((await readLine(join(checkout.gitDir, "HEAD"))) === `ref: refs/heads/${branch}`) return checkout;
    for (const state of ["rebase-merge", "rebase-apply"])
      if ((await readLine(join(checkout.gitDir, state, "head-name"))) === `refs/heads/${branch}`)
        return checkout;
  }
  return undefined;
}

/** The checkout at the registered root itself; undefined for a bare repository. */
export function ownCheckout(repo: Repository): Checkout | undefined {
  return repo.gitDir === repo.root ? undefined : { gitDir: repo.gitDir, workTree: repo.root };
}

async function checkoutsOf(repo: Repository): Promise<Checkout[]> {
  const found: Checkout[] = [];
  const main = await mainWorkTree(repo);
  if (main) found.push({ gitDir: repo.commonDir, workTree: main });
  for (const name of await readdir(join(repo.commonDir, "worktrees")).catch(() => [])) {
    const gitDir = join(repo.commonDir, "worktrees", name);
    const pointer = await readLine(join(gitDir, "gitdir"));
    const there = await stat(pointer).catch(() => undefined);
    if (there) found.push({ gitDir, workTree: dirname(pointer) });
  }
  return found;
}

/** Where the files of the repository itself are; a bare one has none, its HEAD is only its default. */
async function mainWorkTree(repo: Repository): Promise<string | undefined> {
  if (repo.root === repo.commonDir) return undefined;
  const config = await readFile(join(repo.commonDir, "config"), "utf8").catch(() => "");
  if (/^\s*bare\s*=\s*true\s*$/im.test(config)) return undefined;
  if (repo.gitDir === repo.commonDir) return repo.root;
  // A git directory kept elsewhere does not say where its files are: it stands for them.
  return repo.commonDir.endsWith("/.git") ? dirname(repo.commonDir) : repo.commonDir;
}

async function readLine(file: string): Promise<string> {
  return (await readFile(file, "utf8").catch(() => "")).trim();
}
