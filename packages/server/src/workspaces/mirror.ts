import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ConfigSnapshot, checkObjectId, checkRefName, type GitRunner } from "../git/index.ts";
import { acceptedConfig, rememberConfig } from "./accepted-config.ts";
import { copyIfThere, exists } from "./files.ts";
import { KeyedLock } from "./keyed-lock.ts";
import { checkId, type Layout } from "./layout.ts";
import { layOutRepository } from "./new-repository.ts";
import { type Repository, resolveBase } from "./repository.ts";

/** Packs beyond this number are joined, so that clones and look-ups stay cheap. */
const MAX_PACKS = 24;

/** Settings for the copies between repositories: nothing is written but objects and the named ref. */
const FETCH = [
  "fetch",
  "--quiet",
  "--no-tags",
  "--no-prune",
  "--no-write-fetch-head",
  "--no-recurse-submodules",
  "--no-auto-maintenance",
  "--update-shallow",
  "--upload-pack=git-upload-pack",
  "--end-of-options",
] as const;

/** Everything arrives as one durable pack: a directory of packs is cheap to copy, thousands of loose files are not. */
const FETCH_SETTINGS = ["fetch.unpackLimit=1", "core.fsync=committed,reference"] as const;

/**
 * The server's own copies of the projects' repositories. The base copy takes what the user's branches hold and is what an
 * agent's clone is made from; the mirror reads it and adds the snapshots, which no other agent's clone contains.
 * Work on one project's copies is done one after the other; other projects do not wait.
 */
export class Mirrors {
  readonly #git: GitRunner;
  readonly #layout: Layout;
  readonly #lock = new KeyedLock();
  /** Projects whose leftovers of an earlier, killed server were cleared. This process owns the data directory. */
  readonly #swept = new Set<string>();

  constructor(deps: { readonly git: GitRunner; readonly layout: Layout }) {
    this.#git = deps.git;
    this.#layout = deps.layout;
  }

  /** Brings the local branch `base` of the user's repository into the mirror and keeps its commit reachable. */
  async refresh(projectId: string, repo: Repository, base: string, signal?: AbortSignal): Promise<string> {
    checkRefName(base);
    const baseSha = await resolveBase(this.#git, repo, base);
    await this.exclusive(projectId, async () => {
      await this.#ensure(projectId, repo, baseSha);
      if (await exists(join(this.#layout.base(projectId), keptRef(baseSha)))) return;
      await this.#git.run({
        gitDir: this.#layout.base(projectId),
        args: [...FETCH, repo.commonDir, `+${baseSha}:${keptRef(baseSha)}`],
        settings: FETCH_SETTINGS,
        protocol: "file",
        safeDirectories: repo.foreign,
        signal,
      });
      await this.copyShallow(projectId, this.#layout.mirror(projectId));
      await this.#joinPacks(this.#layout.base(projectId));
    });
    return baseSha;
  }

  /** Runs work that needs the project's copies to stay as they are. */
  exclusive<T>(projectId: string, work: () => Promise<T>): Promise<T> {
    return this.#lock.run(checkId(projectId), async () => {
      if (!this.#swept.has(projectId)) {
        await sweepLeftovers(this.#layout.base(projectId));
        await sweepLeftovers(this.#layout.mirror(projectId));
        this.#swept.add(projectId);
      }
      try {
        return await work();
      } catch (error) {
        // A git that was killed may have left its locks; the next use clears them.
        this.#swept.delete(projectId);
        throw error;
      }
    });
  }

  /** Takes the commit `ref` of a store of ours into the mirror, under the same name; durable when it returns. */
  async take(projectId: string, storeDir: string, ref: string, signal?: AbortSignal): Promise<void> {
    const mirror = this.#layout.mirror(projectId);
    await this.exclusive(projectId, async () => {
      await this.#git.run({
        gitDir: mirror,
        args: [...FETCH, storeDir, `${ref}:${ref}`],
        settings: FETCH_SETTINGS,
        protocol: "file",
        signal,
      });
      await this.#joinPacks(mirror);
    });
  }

  /** Gives a repository the objects of one commit of the mirror, without naming it there. */
  async give(projectId: string, sha: string, to: { gitDir: string; signal?: AbortSignal }): Promise<void> {
    checkObjectId(sha);
    await this.#git.run({
      gitDir: to.gitDir,
      args: [...FETCH, this.#layout.mirror(projectId), sha],
      protocol: "file",
      signal: to.signal,
    });
  }

  /** True when the base copy alone holds this commit with its history. */
  async baseHolds(projectId: string, sha: string): Promise<boolean> {
    checkObjectId(sha);
    if (await exists(join(this.#layout.base(projectId), keptRef(sha)))) return true;
    const { exitCode } = await this.#git.run({
      gitDir: this.#layout.base(projectId),
      args: ["cat-file", "-e", `${sha}^{commit}`],
      allowFailure: true,
    });
    return exitCode === 0;
  }

  /** True when one commit of the mirror is the other or lies in its history. */
  async isAncestor(projectId: string, older: string, newer: string): Promise<boolean> {
    checkObjectId(older);
    checkObjectId(newer);
    const { exitCode } = await this.#git.run({
      gitDir: this.#layout.mirror(projectId),
      args: ["merge-base", "--is-ancestor", older, newer],
      allowFailure: true,
    });
    return exitCode === 0;
  }

  /** The snapshots under a prefix of `refs/harness/`, in no order. */
  async refs(projectId: string, prefix: string): Promise<{ readonly ref: string; readonly sha: string }[]> {
    const { stdout } = await this.#git.run({
      gitDir: this.#layout.mirror(projectId),
      args: ["for-each-ref", "--format=%(objectname) %(refname)", `refs/harness/${prefix}`],
    });
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => ({ sha: line.slice(0, line.indexOf(" ")), ref: line.slice(line.indexOf(" ") + 1) }));
  }

  /** Deletes the snapshots under a prefix of `refs/harness/`; nothing there, or no mirror, is fine. */
  async dropRefs(projectId: string, prefix: string): Promise<void> {
    const gitDir = this.#layout.mirror(projectId);
    if (!(await exists(gitDir))) return;
    await this.exclusive(projectId, async () => {
      const refs = await this.refs(projectId, prefix);
      if (refs.length === 0) return;
      const stdin = refs.map(({ ref, sha }) => `delete ${ref} ${sha}\n`).join("");
      await this.#git.run({ gitDir, args: ["update-ref", "--stdin"], stdin });
    });
  }

  /** The settings of the user's repository that are known to be the user's own. */
  acceptedConfig(projectId: string): Promise<ConfigSnapshot> {
    return acceptedConfig(this.#layout.mirror(projectId));
  }

  /** Takes the user's repository as it is configured now for the user's own. Does nothing before the mirror exists. */
  async acceptConfig(projectId: string, repo: Repository): Promise<void> {
    const mirror = this.#layout.mirror(projectId);
    if (await exists(mirror)) await rememberConfig(this.#git, mirror, repo);
  }

  /** Tells a repository that reads the project's objects where a shallow history ends. */
  async copyShallow(projectId: string, gitDir: string): Promise<void> {
    await copyIfThere(join(this.#layout.base(projectId), "shallow"), join(gitDir, "shallow"));
  }

  async #ensure(projectId: string, repo: Repository, likeSha: string): Promise<void> {
    const mirror = this.#layout.mirror(projectId);
    if (await exists(join(mirror, "objects", "info", "alternates"))) return;
    await mkdir(this.#layout.mirrors, { recursive: true, mode: 0o700 });
    await layOutRepository(this.#layout.base(projectId), { bare: true, likeSha, head: "none" });
    await mkdir(mirror, { recursive: true, mode: 0o700 });
    await rememberConfig(this.#git, mirror, repo);
    const alternates = `../../${checkId(projectId)}.base/objects`;
    await layOutRepository(mirror, { bare: true, likeSha, head: "none", alternates });
  }

  async #joinPacks(gitDir: string): Promise<void> {
    const files = await readdir(join(gitDir, "objects", "pack")).catch(() => []);
    if (files.filter((name) => name.endsWith(".pack")).length <= MAX_PACKS) return;
    // -l leaves what the alternate holds where it is; everything of ours is on a ref, so nothing is lost.
    await this.#git.run({ gitDir, args: ["repack", "-a", "-d", "-l", "-q"] });
  }
}

// In these repositories of ours refs are never packed, so a ref is a file. It is written after the objects it needs.
function keptRef(sha: string): string {
  return `refs/harness/base/${sha}`;
}

/** Removes the lock and draft files a killed git left; they would make every later command fail. */
async function sweepLeftovers(gitDir: string): Promise<void> {
  const entries = await readdir(gitDir, { recursive: true, withFileTypes: true }).catch(() => []);
  const stale = entries.filter((entry) => entry.isFile() && /\.lock$|^tmp_|^\.tmp-/.test(entry.name));
  await Promise.all(stale.map((entry) => rm(join(entry.parentPath, entry.name), { force: true })));
}
