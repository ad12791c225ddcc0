import { HarnessError } from "@harness/protocol";
import { nearest } from "../config/index.ts";
import { checkObjectId, checkRefName, type GitIdentity, type GitRunner } from "../git/index.ts";
import { type Checkout, checkoutOf } from "./checkout-of.ts";
import type { Layout } from "./layout.ts";
import type { Mirrors } from "./mirror.ts";
import { branchTip } from "./publish.ts";
import { listBranches, type Repository } from "./repository.ts";

/** Finished work and the branch of the user's it should land in. */
export interface LandingSpec {
  readonly projectId: string;
  readonly repo: Repository;
  /** The published branch, and the commit it must still stand at. */
  readonly branch: string;
  readonly commit: string;
  readonly into: string;
  readonly strategy: "auto" | "ff_only" | "merge";
  /** Merges that were meant before and may not have taken place. */
  readonly intended: readonly { readonly from: string; readonly to: string }[];
  readonly signal?: AbortSignal;
}

/** What landing will do; nothing of the user's was touched to find out. */
export type LandingPlan =
  /** The branch holds the work already. */
  | { readonly status: "there"; readonly tip: string }
  | {
      readonly status: "ready";
      readonly from: string;
      readonly to: string;
      readonly how: "fast_forward" | "merge";
      readonly checkout: Checkout | undefined;
      /** What a person can type to do the same. */
      readonly command: string;
    };

/** Where merges are kept, below `refs/harness/`, until one of them has landed. */
export const MERGES = "merges/";

export interface LandingDeps {
  readonly git: GitRunner;
  readonly mirrors: Mirrors;
  readonly layout: Layout;
  readonly identity: () => GitIdentity;
}

/**
 * Works out how finished work lands. A merge is made in our mirror, where no driver or hook of the user's runs.
 * Throws `invalid_ref`, `head_moved`, `not_fast_forward`, `merge_conflict`.
 */
export async function planLanding(deps: LandingDeps, spec: LandingSpec): Promise<LandingPlan> {
  const { git } = deps;
  const gitDir = spec.repo.commonDir;
  checkRefName(spec.branch);
  checkRefName(spec.into);
  checkObjectId(spec.commit);
  const from = await branchTip(git, spec.repo, spec.into);
  if (from === undefined || spec.into === spec.branch) throw await unknownTarget(git, spec);
  if (await isAncestor(git, gitDir, spec.commit, from)) return { status: "there", tip: from };
  await refuseMovedHead(git, spec);
  const checkout = await checkoutOf(spec.repo, spec.into);
  const ready = { status: "ready", from, checkout, command: commandFor(spec, checkout) } as const;
  const straight = await isAncestor(git, gitDir, from, spec.commit);
  if (straight && spec.strategy !== "merge") return { ...ready, to: spec.commit, how: "fast_forward" };
  if (spec.strategy === "ff_only")
    throw new HarnessError(
      "not_fast_forward",
      `${spec.into} has commits that ${spec.branch} does not build on. Let it merge with --strategy auto, or rebase it yourself: ${ready.command}`,
      { field: "strategy" },
    );
  const known = spec.intended.find((one) => one.from === from && one.to !== spec.commit);
  const there = known && (await deps.mirrors.isAncestor(spec.projectId, spec.commit, known.to));
  const to = there ? known.to : await mergeInMirror(deps, spec, from);
  return { ...ready, to, how: "merge" };
}

/** Moves a branch of the user's, only while it stands where it was seen. False when it does not. */
export async function moveBranch(
  git: GitRunner,
  repo: Repository,
  move: { readonly branch: string; readonly from: string; readonly to: string; readonly why: string },
): Promise<boolean> {
  const { exitCode, stderr } = await git.run({
    gitDir: repo.commonDir,
    args: ["update-ref", "-m", move.why, `refs/heads/${move.branch}`, move.to, move.from],
    allowFailure: true,
  });
  if (exitCode === 0) return true;
  if (/but expected|unable to resolve reference/.test(stderr)) return false;
  throw new HarnessError(
    "git_failed",
    `Cannot move the branch ${move.branch}: ${stderr.trim().slice(0, 400)}`,
  );
}

/** True when one commit is the other or lies in its history. */
export async function isAncestor(
  git: GitRunner,
  gitDir: string,
  older: string,
  newer: string,
): Promise<boolean> {
  const { exitCode } = await git.run({
    gitDir,
    args: ["merge-base", "--is-ancestor", older, newer],
    allowFailure: true,
  });
  return exitCode === 0;
}

async function refuseMovedHead(git: GitRunner, spec: LandingSpec): Promise<void> {
  const at = await branchTip(git, spec.repo, spec.branch);
  if (at === spec.commit) return;
  throw new HarnessError(
    "head_moved",
    at === undefined
      ? `The branch ${spec.branch} is gone from the repository. To bring the work back as a branch: git branch ${spec.branch} ${spec.commit}`
      : `The branch ${spec.branch} is at ${at} now, not at ${spec.commit} which was proven. Merge it yourself: git switch ${spec.into} && git merge ${spec.branch}`,
    { field: "task_id", expected: spec.commit, got: at },
  );
}

async function unknownTarget(git: GitRunner, spec: LandingSpec): Promise<HarnessError> {
  const branches = (await listBranches(git, spec.repo)).filter((name) => name !== spec.branch);
  const close = nearest(spec.into, branches);
  const known = close === undefined ? branches.slice(0, 10) : [close];
  const what =
    spec.into === spec.branch ? "That is the branch of the work itself." : `There is no branch ${spec.into}.`;
  return new HarnessError(
    "invalid_ref",
    `${what} ${close === undefined ? "Branches are" : "Did you mean"}: ${known.join(", ")}${close === undefined ? "." : "?"}`,
    { field: "into", got: spec.into, allowed: branches.slice(0, 50) },
  );
}

async function mergeInMirror(deps: LandingDeps, spec: LandingSpec, ours: string): Promise<string> {
  await deps.mirrors.refresh(spec.projectId, spec.repo, spec.into, spec.signal);
  await deps.mirrors.refresh(spec.projectId, spec.repo, spec.branch, spec.signal);
  const gitDir = deps.layout.mirror(spec.projectId);
  const merged = await deps.git.run({
    gitDir,
    args: ["merge-tree", "--write-tree", "--no-messages", "--name-only", "-z", ours, spec.commit],
    allowFailure: true,
  });
  const [tree = "", ...files] = merged.stdout.split("\0").filter((part) => part !== "");
  if (merged.exitCode === 1) throw conflict(spec, [...new Set(files)]);
  if (merged.exitCode !== 0)
    throw new HarnessError(
      "git_failed",
      `The merge could not be tried: ${merged.stderr.trim().slice(0, 400)}`,
    );
  const { stdout } = await deps.git.run({
    gitDir,
    args: ["commit-tree", "-p", ours, "-p", spec.commit, "-F", "-", tree.trim()],
    stdin: `Merge branch '${spec.branch}' into ${spec.into}\n`,
    identity: deps.identity(),
  });
  const sha = stdout.trim();
  await deps.git.run({ gitDir, args: ["update-ref", `refs/harness/${MERGES}${sha}`, sha] });
  return sha;
}

function conflict(spec: LandingSpec, files: readonly string[]): HarnessError {
  const shown = files.slice(0, 10).join(", ");
  const more = files.length > 10 ? ` and ${files.length - 10} more` : "";
  return new HarnessError(
    "merge_conflict",
    `${spec.branch} and ${spec.into} change the same lines of ${shown}${more}. Nothing was changed. Ask for a revision, or merge it yourself: git switch ${spec.into} && git merge ${spec.branch}`,
    { field: "into", issues: files.slice(0, 50).map((field) => ({ field, message: "conflict" })) },
  );
}

function commandFor(spec: LandingSpec, checkout: Checkout | undefined): string {
  return checkout && checkout.workTree !== spec.repo.root
    ? `git -C ${checkout.workTree} merge ${spec.branch}`
    : `git switch ${spec.into} && git merge ${spec.branch}`;
}
