import { HarnessError } from "@harness/protocol";
import {
  type ConfigSnapshot,
  checkObjectId,
  checkRefName,
  type GitRunner,
  refuseTamperedConfig,
} from "../git/index.ts";
import { checkoutOf } from "./checkout-of.ts";
import type { Mirrors } from "./mirror.ts";
import type { Repository } from "./repository.ts";
import type { Published } from "./workspace.ts";

const LAST_SUFFIX = 9;

/** A finished commit and the branch it should appear as. */
export interface PublishSpec {
  readonly projectId: string;
  readonly repo: Repository;
  readonly sha: string;
  readonly branch: string;
  /** The branch this work was published as before, and the commit it was left at: it may move forward from there. */
  readonly earlier?: { readonly branch: string; readonly commit: string };
  readonly allowedConfig?: ConfigSnapshot;
  readonly signal?: AbortSignal;
}

/**
 * Makes the finished commit a branch of the user's repository. Only objects and that one ref are written: HEAD, index, files,
 * configuration and hooks are not touched. The only branch that is moved is the work's own earlier one: forward, while it stands
 * where it was left and nobody has it checked out. Asked again, it finds its own work.
 * Throws `branch_taken` when the name and its numbered forms all stand at other commits.
 */
export async function publishBranch(
  deps: {
    readonly git: GitRunner;
    readonly mirrors: Mirrors;
    readonly failpoint: (name: string) => void | Promise<void>;
  },
  spec: PublishSpec,
): Promise<Published> {
  const { git } = deps;
  checkRefName(spec.branch);
  checkObjectId(spec.sha);
  const allowed = spec.allowedConfig ?? (await deps.mirrors.acceptedConfig(spec.projectId));
  await refuseTamperedConfig(git, spec.repo.commonDir, allowed);
  if (spec.earlier && (await branchTip(git, spec.repo, spec.earlier.branch)) === spec.sha)
    return { branch: spec.earlier.branch, sha: spec.sha, alreadyThere: true };
  let fetched = false;
  if (spec.earlier && (await mayMove(deps, spec, spec.earlier))) {
    await deps.mirrors.give(spec.projectId, spec.sha, { gitDir: spec.repo.commonDir, signal: spec.signal });
    fetched = true;
    if (await setBranch(git, spec, spec.earlier.branch, spec.earlier.commit)) {
      await deps.failpoint("K12");
      return { branch: spec.earlier.branch, sha: spec.sha, alreadyThere: false };
    }
  }
  for (const branch of namesOf(spec.branch)) {
    const at = await branchTip(git, spec.repo, branch);
    if (at === spec.sha) return { branch, sha: spec.sha, alreadyThere: true };
    if (at !== undefined) continue;
    if (!fetched)
      await deps.mirrors.give(spec.projectId, spec.sha, { gitDir: spec.repo.commonDir, signal: spec.signal });
    fetched = true;
    // The zero id means "only if it does not exist": someone else's branch of that name is never moved.
    if (!(await setBranch(git, spec, branch, "0".repeat(spec.sha.length)))) continue;
    await deps.failpoint("K12");
    return { branch, sha: spec.sha, alreadyThere: false };
  }
  throw new HarnessError(
    "branch_taken",
    `Cannot publish as ${spec.branch}: this name and ${spec.branch}-2 to -${LAST_SUFFIX} are taken or blocked by other branches. Delete some, or change the branch prefix.`,
    { field: "branch", got: spec.branch },
  );
}

/** The names a branch may get, the wished one first. */
function namesOf(branch: string): string[] {
  return Array.from({ length: LAST_SUFFIX }, (_, n) => (n === 0 ? branch : `${branch}-${n + 1}`));
}

/** The branch work was published as, when it was; only looks. */
export async function findPublished(
  git: GitRunner,
  repo: Repository,
  { branch, sha, earlier }: { readonly branch: string; readonly sha: string; readonly earlier?: string },
): Promise<string | undefined> {
  for (const name of [...(earlier === undefined ? [] : [earlier]), ...namesOf(branch)])
    if ((await branchTip(git, repo, name)) === sha) return name;
  return undefined;
}

/** The commit a branch of the user's repository stands at, or undefined when there is no such branch. */
export async function branchTip(
  git: GitRunner,
  repo: Repository,
  branch: string,
): Promise<string | undefined> {
  const { exitCode, stdout } = await git.run({
    gitDir: repo.commonDir,
    args: ["rev-parse", "--verify", "--quiet", "--end-of-options", `refs/heads/${branch}`],
    allowFailure: true,
  });
  return exitCode === 0 ? stdout.trim() : undefined;
}

async function mayMove(
  deps: { readonly git: GitRunner; readonly mirrors: Mirrors },
  spec: PublishSpec,
  earlier: { readonly branch: string; readonly commit: string },
): Promise<boolean> {
  checkRefName(earlier.branch);
  checkObjectId(earlier.commit);
  if ((await branchTip(deps.git, spec.repo, earlier.branch)) !== earlier.commit) return false;
  if (await checkoutOf(spec.repo, earlier.branch)) return false;
  return deps.mirrors.isAncestor(spec.projectId, earlier.commit, spec.sha);
}

/** Sets a branch to the work, only while it stands at `from`. False when it does not, or the name is blocked. */
async function setBranch(git: GitRunner, spec: PublishSpec, branch: string, from: string): Promise<boolean> {
  const { exitCode, stderr } = await git.run({
    gitDir: spec.repo.commonDir,
    args: ["update-ref", "-m", "harness: publish", `refs/heads/${branch}`, spec.sha, from],
    allowFailure: true,
  });
  if (exitCode === 0) return true;
  if (/reference already exists|exists; cannot create|but expected|unable to resolve reference/.test(stderr))
    return false;
  throw new HarnessError("git_failed", `Cannot set the branch ${branch}: ${stderr.trim().slice(0, 400)}`);
}
