import { readdir } from "node:fs/promises";
import type { GitRunner } from "../git/index.ts";
import { treeBytes } from "../storage/index.ts";
import { exists } from "./files.ts";
import { isSafeId, type Layout } from "./layout.ts";
import type { Mirrors } from "./mirror.ts";
import { openRepository } from "./repository.ts";
import { listSnapshots, type Snapshot } from "./snapshots.ts";

/** Longest packing of one mirror (milliseconds); what it did not finish is done another day. */
const PACK_MS = 5 * 60_000;

/** Looks after the server's own copies of repositories: how large they are, and what of them is not needed any more. */
export class MirrorUpkeep {
  readonly #git: GitRunner;
  readonly #mirrors: Mirrors;
  readonly #layout: Layout;

  constructor(deps: { readonly git: GitRunner; readonly mirrors: Mirrors; readonly layout: Layout }) {
    this.#git = deps.git;
    this.#mirrors = deps.mirrors;
    this.#layout = deps.layout;
  }

  /** The projects that have a mirror here, registered still or not. */
  async projects(): Promise<string[]> {
    const names = await readdir(this.#layout.mirrors).catch(() => []);
    return [...new Set(names.map((name) => name.replace(/\.(base|git)$/, "")))].filter(isSafeId);
  }

  /** Bytes on disk of a project's copies. */
  async bytes(projectId: string, signal?: AbortSignal): Promise<number> {
    const copies = [this.#layout.base(projectId), this.#layout.mirror(projectId)];
    const sizes = await Promise.all(copies.map((copy) => treeBytes(copy, signal)));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Every snapshot a project's mirror holds; none when there is no mirror. */
  async snapshots(projectId: string): Promise<Snapshot[]> {
    if (!(await exists(this.#layout.mirror(projectId)))) return [];
    return listSnapshots(this.#mirrors, { projectId });
  }

  /** Where the branches of the user's repository stand. Throws `not_a_repository` when it is not there any more. */
  async branchTips(root: string): Promise<Map<string, string>> {
    const { commonDir } = await openRepository(root);
    const { stdout } = await this.#git.run({
      gitDir: commonDir,
      args: ["for-each-ref", "--format=%(objectname) %(refname:strip=2)", "refs/heads/"],
    });
    const lines = stdout.split("\n").filter((line) => line !== "");
    return new Map(
      lines.map((line) => [line.slice(line.indexOf(" ") + 1), line.slice(0, line.indexOf(" "))] as const),
    );
  }

  /**
   * Forgets snapshots, each only while it still stands at the commit it was seen at, and packs what is left. Nothing is
   * done while `busy` says that an attempt of the project runs; one that begins meanwhile waits for the mirror. Returns
   * the bytes that were freed, or undefined when it was busy.
   */
  async drop(spec: {
    readonly projectId: string;
    readonly snapshots: readonly Snapshot[];
    readonly busy: () => Promise<boolean>;
    readonly signal?: AbortSignal;
  }): Promise<number | undefined> {
    const gitDir = this.#layout.mirror(spec.projectId);
    return this.#mirrors.exclusive(spec.projectId, async () => {
      if (await spec.busy()) return undefined;
      const before = await treeBytes(gitDir);
      await this.#git.run({
        gitDir,
        args: ["update-ref", "--stdin"],
        stdin: spec.snapshots
          .map(({ taskId, attemptId, n, sha }) => `delete refs/harness/${taskId}/${attemptId}/${n} ${sha}\n`)
          .join(""),
      });
      await this.#pack(gitDir, spec.signal);
      return Math.max(0, before - (await treeBytes(gitDir)));
    });
  }

  /** -l leaves what the base copy holds where it is; loose objects go when they are too old to be anybody's work in progress. */
  async #pack(gitDir: string, signal: AbortSignal | undefined): Promise<void> {
    const bounded = { gitDir, timeoutMs: PACK_MS, ...(signal ? { signal } : {}) };
    await this.#git.run({ ...bounded, args: ["repack", "-a", "-d", "-l", "-q"] });
    await this.#git.run({ ...bounded, args: ["prune", "--expire=2.weeks.ago"] });
  }
}
