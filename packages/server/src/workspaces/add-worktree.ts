import { lstat, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { HarnessError } from "@harness/protocol";
import type { GitRunner } from "../git/index.ts";
import { moveFiles } from "./checkout-files.ts";
import { checkoutOf, ownCheckout } from "./checkout-of.ts";
import { effectiveConfig, filteredPaths, withoutFilters } from "./filters.ts";
import { branchTip } from "./publish.ts";
import type { Repository } from "./repository.ts";

/** Where a branch is checked out now. */
export interface Placed {
  readonly path: string;
  readonly commit: string;
  /** False when it was checked out there already. */
  readonly created: boolean;
}

interface Wish {
  readonly branch: string;
  /** A directory of ours for a copy of the index. */
  readonly scratch: string;
}

/**
 * Makes a linked worktree of the user's repository on a branch, in a directory that is not there yet or empty.
 * Throws `checkout_unsuitable` where a filter would have to run, with the command to type.
 */
export async function addWorktree(
  deps: { readonly git: GitRunner },
  repo: Repository,
  wish: Wish & { readonly path: () => Promise<string> },
): Promise<Placed> {
  const { git } = deps;
  const commit = await tipOf(git, repo, wish.branch);
  const there = await checkoutOf(repo, wish.branch);
  if (there) return { path: there.workTree, commit, created: false };
  const path = await wish.path();
  const command = `git -C ${repo.root} worktree add ${path} ${wish.branch}`;
  await refuseTaken(path);
  await refuseFilters(git, repo, { ...wish, commit, command });
  const settings = withoutFilters(await effectiveConfig(git, { gitDir: repo.commonDir }));
  await git.run({
    gitDir: repo.commonDir,
    args: ["worktree", "add", "--quiet", "--", path, wish.branch],
    settings,
  });
  return { path: await realpath(path), commit, created: true };
}

/** Switches the checkout at the project's root to a branch: files first, then HEAD. Throws when it is not clean. */
export async function switchCheckout(
  deps: { readonly git: GitRunner },
  repo: Repository,
  wish: Wish,
): Promise<Placed> {
  const { git } = deps;
  const to = await tipOf(git, repo, wish.branch);
  const command = `git -C ${repo.root} switch ${wish.branch}`;
  const there = await checkoutOf(repo, wish.branch);
  const checkout = ownCheckout(repo);
  if (there?.gitDir === repo.gitDir) return { path: repo.root, commit: to, created: false };
  if (there || !checkout)
    throw new HarnessError(
      "checkout_unsuitable",
      there
        ? `${wish.branch} is checked out in ${there.workTree}. Go there, or remove that worktree first.`
        : `${repo.root} is a bare repository: it has no checkout. Leave --switch out.`,
      { field: "switch" },
    );
  const { stdout } = await git.run({ gitDir: repo.gitDir, args: ["rev-parse", "--verify", "HEAD^{commit}"] });
  await moveFiles(git, { checkout, from: stdout.trim(), to, scratch: wish.scratch, command });
  await git.run({
    gitDir: repo.gitDir,
    args: ["symbolic-ref", "-m", "harness: checkout", "HEAD", `refs/heads/${wish.branch}`],
  });
  return { path: repo.root, commit: to, created: true };
}

async function tipOf(git: GitRunner, repo: Repository, branch: string): Promise<string> {
  const tip = await branchTip(git, repo, branch);
  if (tip !== undefined) return tip;
  throw new HarnessError("invalid_ref", `The branch ${branch} is gone from the repository.`, {
    field: "task_id",
    got: branch,
  });
}

async function refuseTaken(path: string): Promise<void> {
  // A link counts as something, also one that leads nowhere: git would make the directory it names.
  const there = await lstat(path).catch(() => undefined);
  if (!there || (there.isDirectory() && (await readdir(path)).length === 0)) return;
  throw new HarnessError(
    "checkout_dirty",
    `${path} is there already and is not an empty directory. Name another with --path.`,
    { field: "path", got: path },
  );
}

async function refuseFilters(
  git: GitRunner,
  repo: Repository,
  wish: { readonly scratch: string; readonly commit: string; readonly command: string },
): Promise<void> {
  const { stdout } = await git.run({
    gitDir: repo.commonDir,
    args: ["ls-tree", "-r", "-z", "--name-only", "--full-tree", wish.commit],
    outputCapBytes: Number.POSITIVE_INFINITY,
  });
  const paths = stdout.split("\0").filter((path) => path !== "");
  const dir = await mkdtemp(join(wish.scratch, "index-"));
  try {
    const indexFile = join(dir, "attributes");
    const [first] = await filteredPaths(git, repo.commonDir, { commit: wish.commit, paths, indexFile });
    if (first === undefined) return;
    throw new HarnessError(
      "checkout_unsuitable",
      `${first} must go through a filter such as Git LFS, which only your own git runs. Type: ${wish.command}`,
      { hint: wish.command },
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
