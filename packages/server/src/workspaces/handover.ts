import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { HarnessError } from "@harness/protocol";
import { checkRefName, type GitIdentity, type GitRunner, refuseTamperedConfig } from "../git/index.ts";
import { addWorktree, type Placed, switchCheckout } from "./add-worktree.ts";
import { type AdoptSpec, adopt } from "./adopt.ts";
import { checkMove, moveFiles } from "./checkout-files.ts";
import { checkoutOf } from "./checkout-of.ts";
import { KeyedLock } from "./keyed-lock.ts";
import type { Layout } from "./layout.ts";
import { isAncestor, type LandingPlan, type LandingSpec, MERGES, moveBranch, planLanding } from "./merge.ts";
import type { Mirrors } from "./mirror.ts";
import { branchTip, findPublished } from "./publish.ts";
import { removeTree } from "./remove-tree.ts";
import { openRepository, type Repository } from "./repository.ts";

export interface HandoverDeps {
  readonly git: GitRunner;
  readonly mirrors: Mirrors;
  readonly layout: Layout;
  readonly failpoint: (name: string) => void | Promise<void>;
  readonly identity: () => GitIdentity;
}

interface Place {
  readonly projectId: string;
  readonly root: string;
}

/**
 * What a person does with finished work in their own repository: land it in a branch, look at it in a checkout,
 * throw it away. The steps of one wish run `alone`. Whatever is asked, no hook, filter or driver of the repository runs, and no branch is moved from
 * where it was not seen.
 */
export class Handover {
  readonly #deps: HandoverDeps;
  readonly #lock = new KeyedLock();

  constructor(deps: HandoverDeps) {
    this.#deps = deps;
  }

  /** Runs what changes a repository while nothing else of ours does. */
  alone<T>(projectId: string, work: () => Promise<T>): Promise<T> {
    return this.#lock.run(projectId, work);
  }

  /** The commit a branch of the repository stands at; undefined when there is none of that name. */
  async tip(at: Place & { readonly branch: string }): Promise<string | undefined> {
    checkRefName(at.branch);
    return branchTip(this.#deps.git, await openRepository(at.root), at.branch);
  }

  /** The branch a commit was published as, whichever of its names it got; undefined when it was not. */
  async publishedAs(
    at: Place & { readonly branch: string; readonly sha: string; readonly earlier?: string },
  ): Promise<string | undefined> {
    checkRefName(at.branch);
    return findPublished(this.#deps.git, await openRepository(at.root), at);
  }

  /** Whether a branch of the repository holds a commit. */
  async holds(at: Place & { readonly branch: string; readonly commit: string }): Promise<boolean> {
    const repo = await openRepository(at.root);
    checkRefName(at.branch);
    const tip = await branchTip(this.#deps.git, repo, at.branch);
    return tip !== undefined && isAncestor(this.#deps.git, repo.commonDir, at.commit, tip);
  }

  /** Works out how work lands and refuses what cannot; touches nothing. */
  async plan(spec: Place & Omit<LandingSpec, "repo">): Promise<LandingPlan> {
    const repo = await this.#open(spec);
    const plan = await planLanding(this.#deps, { ...spec, repo });
    if (plan.status === "there" || plan.checkout === undefined) return plan;
    if (plan.checkout.gitDir !== repo.gitDir)
      throw new HarnessError(
        "checkout_unsuitable",
        `${spec.into} is checked out in ${plan.checkout.workTree}, which is not the checkout of the project. Type: ${plan.command}`,
        { field: "into", hint: plan.command },
      );
    // What a merge brings must be there to be compared with.
    await this.#give(spec, repo, plan.to);
    await checkMove(this.#deps.git, { ...plan, checkout: plan.checkout, scratch: await this.#scratch(spec) });
    return plan;
  }

  /**
   * Does what was planned: first the files of the checkout, then the branch, and the branch only from where it was
   * seen; when it has moved meanwhile the files go back. A crash in between leaves the work staged, which the next
   * try finds and finishes.
   */
  async land(spec: Place & Omit<LandingSpec, "repo">, plan: Extract<LandingPlan, { status: "ready" }>) {
    const { git, failpoint } = this.#deps;
    const repo = await this.#open(spec);
    await this.#give(spec, repo, plan.to);
    const { checkout, from, to, command } = plan;
    const move = checkout && { checkout, from, to, command, scratch: await this.#scratch(spec) };
    if (move) await moveFiles(git, move);
    await failpoint("K19");
    const why = `harness: ${plan.how === "merge" ? "merge" : "fast-forward to"} ${spec.branch}`;
    if (await moveBranch(git, repo, { branch: spec.into, from, to, why })) {
      await failpoint("K20");
      // What landed is in the user's repository; merges that were meant before are made again when they are needed.
      await this.#deps.mirrors.dropRefs(spec.projectId, MERGES);
      return;
    }
    if (move) await moveFiles(git, { ...move, from: to, to: from });
    throw new HarnessError(
      "head_moved",
      `${spec.into} moved while the work was landing. Nothing was changed; try again.`,
      { field: "into" },
    );
  }

  /** Puts a branch into a worktree of its own, or answers where it is checked out already. */
  async worktree(
    spec: Place & { readonly branch: string; readonly path: () => Promise<string> },
  ): Promise<Placed> {
    const repo = await this.#open(spec);
    return addWorktree(this.#deps, repo, { ...spec, scratch: await this.#scratch(spec) });
  }

  /** Switches the project's own checkout to a branch, when it is clean. */
  async switchTo(spec: Place & { readonly branch: string }): Promise<Placed> {
    const repo = await this.#open(spec);
    return switchCheckout(this.#deps, repo, { ...spec, scratch: await this.#scratch(spec) });
  }

  /** Deletes a branch that still stands at a commit of ours and that nobody has checked out; else says why not. */
  async deleteBranch(
    spec: Place & { readonly branch: string; readonly commits: readonly string[] },
  ): Promise<{ readonly deleted: boolean; readonly why: string | null }> {
    const { git } = this.#deps;
    const repo = await this.#open(spec);
    checkRefName(spec.branch);
    const at = await branchTip(git, repo, spec.branch);
    if (at === undefined) return { deleted: true, why: null };
    if (!spec.commits.includes(at)) return { deleted: false, why: `It has moved to ${at}.` };
    const checkout = await checkoutOf(repo, spec.branch);
    if (checkout) return { deleted: false, why: `It is checked out in ${checkout.workTree}.` };
    const { exitCode } = await git.run({
      gitDir: repo.commonDir,
      args: ["update-ref", "-d", `refs/heads/${spec.branch}`, at],
      allowFailure: true,
    });
    return exitCode === 0
      ? { deleted: true, why: null }
      : { deleted: false, why: "It moved while it was being deleted." };
  }

  /** Gives a task the work of a conversation to begin with: a commit of its own, on a ref that stays. */
  adopt(spec: AdoptSpec): Promise<string> {
    return adopt({ ...this.#deps, identity: this.#deps.identity() }, spec);
  }

  /** Lets go of the snapshots of a task, so that their space can be freed. */
  dropSnapshots(spec: Pick<Place, "projectId"> & { readonly taskId: string }): Promise<void> {
    return this.#deps.mirrors.dropRefs(spec.projectId, `${spec.taskId}/`);
  }

  async #open(spec: Place): Promise<Repository> {
    const repo = await openRepository(spec.root);
    const allowed = await this.#deps.mirrors.acceptedConfig(spec.projectId);
    await refuseTamperedConfig(this.#deps.git, repo.commonDir, allowed);
    return repo;
  }

  #give(spec: Place, repo: Repository, commit: string): Promise<void> {
    return this.#deps.mirrors.give(spec.projectId, commit, { gitDir: repo.commonDir });
  }

  /** An empty directory of ours; what a killed server left in it goes. */
  async #scratch(spec: Place): Promise<string> {
    const dir = join(this.#deps.layout.mirror(spec.projectId), "handover");
    await removeTree(dir);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return dir;
  }
}
