import { HarnessError } from "@harness/protocol";
import {
  type ConfigSnapshot,
  checkObjectId,
  checkRefName,
  type GitRunner,
  refuseTamperedConfig,
} from "../git/index.ts";
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
  readonly allowedConfig?: ConfigSnapshot;
  readonly signal?: AbortSignal;
}

/**
 * Makes the finished commit a branch of the user's repository. Only objects and that one ref are written: HEAD, index, files,
 * configuration and hooks are not touched, and no branch that exists is moved. Asked again, it finds its own work.
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
  let fetched = false;
  for (let suffix = 1; suffix <= LAST_SUFFIX; suffix += 1) {
    const branch = suffix === 1 ? spec.branch : `${spec.branch}-${suffix}`;
    const at = await branchTip(git, spec.repo, branch);
    if (at === spec.sha) return { branch, sha: spec.sha, alreadyThere: true };
    if (at !== undefined) continue;
    if (!fetched)
      await deps.mirrors.give(spec.projectId, spec.sha, { gitDir: spec.repo.commonDir, signal: spec.signal });
    fetched = true;
    if (!(await createBranch(git, spec, branch))) continue;
    await deps.failpoint("K12");
    return { branch, sha: spec.sha, alreadyThere: false };
  }
  throw new HarnessError(
    "branch_taken",
    `Cannot publish as ${spec.branch}: this name and ${spec.branch}-2 to -${LAST_SUFFIX} are taken or blocked by other branches. Delete some, or change the branch prefix.`,
    { field: "branch", got: spec.branch },
  );
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

// The zero id means "only if it does not exist": someone else's branch of that name is never moved.
async function createBranch(git: GitRunner, spec: PublishSpec, branch: string): Promise<boolean> {
  const { exitCode, stderr } = await git.run({
    gitDir: spec.repo.commonDir,
    args: [
      "update-ref",
      "-m",
      "harness: publish",
      `refs/heads/${branch}`,
      spec.sha,
      "0".repeat(spec.sha.length),
    ],
    allowFailure: true,
  });
  if (exitCode === 0) return true;
  if (/reference already exists|exists; cannot create/.test(stderr)) return false;
  throw new HarnessError("git_failed", `Cannot create the branch ${branch}: ${stderr.trim().slice(0, 400)}`);
}
