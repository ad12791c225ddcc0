import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type ConfigSnapshot,
  checkRefName,
  type GitIdentity,
  type GitRunner,
  refuseTamperedConfig,
} from "../git/index.ts";
import type { Layout } from "./layout.ts";
import type { Mirrors } from "./mirror.ts";
import { branchTip } from "./publish.ts";
import type { Repository } from "./repository.ts";
import type { MergeOutcome } from "./workspace.ts";

/** A published branch, and the branch of the user's it should go into. */
export interface MergeSpec {
  readonly projectId: string;
  readonly repo: Repository;
  readonly branch: string;
  readonly target: string;
  readonly identity: GitIdentity;
  readonly allowedConfig?: ConfigSnapshot;
  readonly signal?: AbortSignal;
}

interface MergeDeps {
  readonly git: GitRunner;
  readonly mirrors: Mirrors;
  readonly layout: Layout;
}

/**
 * Merges in our mirror, where no driver or hook of the user's runs, and moves the target only if it still stands where it was seen.
 * A branch someone has checked out is never moved: their files would no longer fit it.
 */
export async function mergeBranch(deps: MergeDeps, spec: MergeSpec): Promise<MergeOutcome> {
  const { git } = deps;
  checkRefName(spec.branch);
  checkRefName(spec.target);
  const allowed = spec.allowedConfig ?? (await deps.mirrors.acceptedConfig(spec.projectId));
  await refuseTamperedConfig(git, spec.repo.commonDir, allowed);
  const [ours, theirs] = [
    await branchTip(git, spec.repo, spec.target),
    await branchTip(git, spec.repo, spec.branch),
  ];
  if (ours === undefined || theirs === undefined) return refused(spec, "unknown_branch");
  const checkout = await checkedOutAt(spec.repo, spec.target);
  if (checkout !== undefined)
    return refused(spec, (await isDirty(git, checkout)) ? "checked_out_dirty" : "checked_out");
  if (await isAncestor(git, spec.repo.commonDir, theirs, ours))
    return { status: "merged", sha: ours, how: "already_merged" };
  if (await isAncestor(git, spec.repo.commonDir, ours, theirs)) {
    await moveBranch(git, spec, { from: ours, to: theirs });
    return { status: "merged", sha: theirs, how: "fast_forward" };
  }
  const merge = await mergeInMirror(deps, spec, { ours, theirs });
  if (merge === undefined) return refused(spec, "conflicts");
  await deps.mirrors.give(spec.projectId, merge, { gitDir: spec.repo.commonDir, signal: spec.signal });
  await moveBranch(git, spec, { from: ours, to: merge });
  return { status: "merged", sha: merge, how: "merge_commit" };
}

async function mergeInMirror(
  deps: MergeDeps,
  spec: MergeSpec,
  tips: { readonly ours: string; readonly theirs: string },
): Promise<string | undefined> {
  await deps.mirrors.refresh(spec.projectId, spec.repo, spec.target, spec.signal);
  await deps.mirrors.refresh(spec.projectId, spec.repo, spec.branch, spec.signal);
  const gitDir = deps.layout.mirror(spec.projectId);
  const merged = await deps.git.run({
    gitDir,
    args: ["merge-tree", "--write-tree", "--no-messages", tips.ours, tips.theirs],
    allowFailure: true,
  });
  if (merged.exitCode !== 0) return undefined;
  const { stdout } = await deps.git.run({
    gitDir,
    args: ["commit-tree", "-p", tips.ours, "-p", tips.theirs, "-F", "-", merged.stdout.trim()],
    stdin: `Merge branch '${spec.branch}' into ${spec.target}\n`,
    identity: spec.identity,
  });
  const sha = stdout.trim();
  await deps.git.run({ gitDir, args: ["update-ref", `refs/harness/merges/${sha}`, sha] });
  return sha;
}

async function moveBranch(
  git: GitRunner,
  spec: MergeSpec,
  move: { readonly from: string; readonly to: string },
): Promise<void> {
  await git.run({
    gitDir: spec.repo.commonDir,
    args: [
      "update-ref",
      "-m",
      `harness: merge ${spec.branch}`,
      `refs/heads/${spec.target}`,
      move.to,
      move.from,
    ],
  });
}

async function isAncestor(git: GitRunner, gitDir: string, older: string, newer: string): Promise<boolean> {
  const { exitCode } = await git.run({
    gitDir,
    args: ["merge-base", "--is-ancestor", older, newer],
    allowFailure: true,
  });
  return exitCode === 0;
}

/** A working tree that has a branch checked out, with the git directory that belongs to it. */
interface Checkout {
  readonly gitDir: string;
  readonly workTree: string | undefined;
}

async function checkedOutAt(repo: Repository, branch: string): Promise<Checkout | undefined> {
  const linked = await readdir(join(repo.commonDir, "worktrees")).catch(() => []);
  for (const gitDir of [repo.commonDir, ...linked.map((name) => join(repo.commonDir, "worktrees", name))]) {
    const head = await readFile(join(gitDir, "HEAD"), "utf8").catch(() => "");
    if (head.trim() !== `ref: refs/heads/${branch}`) continue;
    const pointer = await readFile(join(gitDir, "gitdir"), "utf8").catch(() => undefined);
    if (pointer !== undefined) return { gitDir, workTree: dirname(pointer.trim()) };
    // A bare repository's HEAD is only its default; nobody has files of it.
    if (gitDir === repo.root) continue;
    return { gitDir, workTree: gitDir.endsWith("/.git") ? dirname(gitDir) : repo.root };
  }
  return undefined;
}

// By file times only: comparing contents would run the user's filters.
async function isDirty(git: GitRunner, checkout: Checkout): Promise<boolean> {
  if (checkout.workTree === undefined) return false;
  const view = { gitDir: checkout.gitDir, workTree: checkout.workTree };
  const files = await git.run({
    ...view,
    args: ["diff-files", "--quiet", "--ignore-submodules=all"],
    allowFailure: true,
  });
  const index = await git.run({
    ...view,
    args: ["diff-index", "--quiet", "--cached", "--ignore-submodules=all", "HEAD"],
    allowFailure: true,
  });
  return files.exitCode !== 0 || index.exitCode !== 0;
}

function refused(
  spec: MergeSpec,
  reason: Extract<MergeOutcome, { status: "refused" }>["reason"],
): MergeOutcome {
  return { status: "refused", reason, command: `git switch ${spec.target} && git merge ${spec.branch}` };
}
