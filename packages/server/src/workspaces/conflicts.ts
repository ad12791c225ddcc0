import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { checkObjectId, type GitRunner } from "../git/index.ts";
import { copyIfThere } from "./files.ts";
import { Layout } from "./layout.ts";
import { layOutRepository } from "./new-repository.ts";
import { removeTree } from "./remove-tree.ts";
import { parseTrials } from "./trial-output.ts";

/** Two commits that might be merged. */
export interface MergePair {
  readonly ours: string;
  readonly theirs: string;
}

/** What a merge would give: a tree, the files that conflict, or nothing known (no common history, a commit that is gone). */
export type TrialResult =
  | { readonly status: "clean"; readonly tree: string }
  | { readonly status: "conflicts"; readonly files: readonly string[] }
  | { readonly status: "unknown"; readonly why: string };

/** Merges handed to one git process. A stop between two processes keeps what is known so far. */
const BATCH = 64;
/** Files named of one merge. */
const MAX_FILES = 20;
const IDENTITY = { name: "Harness", email: "harness@localhost", at: 0 };

/**
 * Tries merges of a project's commits without a trace: the trees are written into a repository of its own that reads
 * the mirror and is deleted when it is closed. No ref, no working tree, no driver and no hook of anybody is involved.
 */
export class TrialMerges implements AsyncDisposable {
  readonly #git: GitRunner;
  readonly #gitDir: string;
  readonly #signal: AbortSignal | undefined;
  /** Results by pair; a merge is the same in both directions as far as conflicts go. */
  readonly #known = new Map<string, TrialResult>();

  private constructor(git: GitRunner, gitDir: string, signal: AbortSignal | undefined) {
    this.#git = git;
    this.#gitDir = gitDir;
    this.#signal = signal;
  }

  /** Opens a place for trials of one project. `likeSha` is any commit of it; the mirror must hold what is tried. */
  static async open(
    deps: { readonly git: GitRunner; readonly dataDir: string },
    spec: { readonly projectId: string; readonly likeSha: string; readonly signal?: AbortSignal },
  ): Promise<TrialMerges> {
    const layout = new Layout(deps.dataDir);
    await mkdir(layout.trials, { recursive: true, mode: 0o700 });
    const gitDir = join(layout.trials, randomBytes(8).toString("hex"));
    const alternates = join(layout.mirror(spec.projectId), "objects");
    await layOutRepository(gitDir, { bare: true, likeSha: spec.likeSha, head: "none", alternates });
    await copyIfThere(join(layout.base(spec.projectId), "shallow"), join(gitDir, "shallow"));
    return new TrialMerges(deps.git, gitDir, spec.signal);
  }

  /** Deletes what a server that died in the middle of trials left. To be called while none are open. */
  static async sweep(dataDir: string): Promise<void> {
    await rm(new Layout(dataDir).trials, { recursive: true, force: true });
  }

  /**
   * Tries merges, each pair once, and answers in the order asked. Pairs that were not reached before the signal was
   * aborted are unknown.
   */
  async check(pairs: readonly MergePair[]): Promise<readonly TrialResult[]> {
    const open = [...new Map(pairs.map((pair) => [keyOf(pair), pair])).values()].filter(
      (pair) => !this.#known.has(keyOf(pair)),
    );
    for (let at = 0; at < open.length && !this.#stopped; )
      at += await this.#some(open, at).catch(this.#orStop);
    return pairs.map((pair) => this.#known.get(keyOf(pair)) ?? notReached);
  }

  /** Merges for real, but only here: the commit can be merged further and is gone when this is closed. */
  async merge(pair: MergePair): Promise<{ readonly status: "merged"; readonly sha: string } | TrialResult> {
    const [result = notReached] = await this.check([pair]);
    if (result.status !== "clean") return result;
    if (this.#stopped) return notReached;
    const { stdout } = await this.#git.run({
      gitDir: this.#gitDir,
      args: ["commit-tree", "-p", pair.ours, "-p", pair.theirs, "-m", "trial", result.tree],
      identity: IDENTITY,
    });
    return { status: "merged", sha: stdout.trim() };
  }

  /** Whether a commit is part of the history of another. False when either is not there. */
  async contains(newer: string, older: string): Promise<boolean> {
    for (const sha of [newer, older]) checkObjectId(sha);
    const { exitCode } = await this.#git.run({
      gitDir: this.#gitDir,
      args: ["merge-base", "--is-ancestor", older, newer],
      allowFailure: true,
    });
    return exitCode === 0;
  }

  get #stopped(): boolean {
    return this.#signal?.aborted === true;
  }

  /** A process that was stopped in the middle says nothing about its pairs. */
  readonly #orStop = (error: unknown): number => {
    if (this.#stopped) return 0;
    throw error;
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await removeTree(this.#gitDir);
  }

  /** Runs one process from a place in the list; returns how many pairs are known afterwards. At least one is. */
  async #some(pairs: readonly MergePair[], at: number): Promise<number> {
    const batch = pairs.slice(at, at + BATCH);
    for (const { ours, theirs } of batch) for (const sha of [ours, theirs]) checkObjectId(sha);
    const lines = batch.map(({ ours, theirs }) => `${ours} ${theirs}\n`);
    const { exitCode, stdout, stderr } = await this.#git.run({
      gitDir: this.#gitDir,
      args: ["merge-tree", "--stdin", "--name-only", "--no-messages"],
      stdin: lines.join(""),
      allowFailure: true,
      signal: this.#signal,
    });
    const results = parseTrials(stdout, MAX_FILES);
    for (const [index, result] of results.entries()) this.#known.set(keyOf(batch[index]!), result);
    const failed = batch[results.length];
    // git ends at a pair it cannot merge at all; the ones behind it are tried by the next process.
    if (failed === undefined) return batch.length;
    const why = exitCode === 0 ? "git gave no answer" : (stderr.trim().split("\n")[0] ?? "git failed");
    this.#known.set(keyOf(failed), { status: "unknown", why: why.slice(0, 300) });
    return results.length + 1;
  }
}

const notReached: TrialResult = { status: "unknown", why: "not tried: the time was up" };

function keyOf({ ours, theirs }: MergePair): string {
  return ours < theirs ? `${ours} ${theirs}` : `${theirs} ${ours}`;
}
