import { constants } from "node:fs";
import { access, lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type GitRunner, unquotePath } from "../git/index.ts";
import type { Skipped, SnapshotLimits } from "./workspace.ts";

/** How a working tree differs from an index of ours, after the rules of what a snapshot may hold. Paths are exact bytes. */
export interface TreeChanges {
  readonly add: readonly Buffer[];
  readonly remove: readonly Buffer[];
  readonly skipped: readonly Skipped[];
}

/** The repository of ours that looks at the tree. */
export interface TreeView {
  readonly gitDir: string;
  readonly workTree: string;
  readonly indexFile: string;
  readonly signal?: AbortSignal;
}

interface Candidate {
  readonly path: Buffer;
  readonly tracked: boolean;
}

const GITLINK = "160000";
const BATCH = 64;

/**
 * Lists what a snapshot takes from a tree it does not trust. Only plain files and symbolic links count; nothing is followed, and no
 * repository inside the tree is entered or asked anything (git would start programs its configuration names).
 */
export async function listTreeChanges(
  git: GitRunner,
  view: TreeView,
  rules: {
    readonly limits: SnapshotLimits;
    readonly baseIgnoreFile: string;
    readonly copied: ReadonlySet<string>;
  },
): Promise<TreeChanges> {
  const tracked = await changedTracked(git, view);
  const untracked = await untrackedPaths(git, view, rules.baseIgnoreFile);
  const selection = new Selection(view.workTree, rules.limits, rules.copied);
  for (const path of [...tracked.removed, ...tracked.repositories]) selection.remove(path);
  selection.skipAll(tracked.submodules, "submodule");
  selection.skipAll([...tracked.repositories, ...untracked.repositories], "embedded_repository");
  selection.skipAll(untracked.heldBack, "ignored_at_base");
  await selection.consider([
    ...tracked.changed.map((path) => ({ path, tracked: true })),
    ...untracked.files.map((path) => ({ path, tracked: false })),
  ]);
  return selection.result();
}

/** Collects the decisions about single paths, within the limits. */
class Selection {
  readonly #add: Buffer[] = [];
  readonly #remove: Buffer[] = [];
  readonly #skipped: Skipped[] = [];
  readonly #workTree: string;
  readonly #limits: SnapshotLimits;
  readonly #copied: ReadonlySet<string>;
  readonly #overflow = new Map<string, number>();
  #newFiles = 0;
  #bytes = 0;

  constructor(workTree: string, limits: SnapshotLimits, copied: ReadonlySet<string>) {
    this.#workTree = workTree;
    this.#limits = limits;
    this.#copied = copied;
  }

  remove(path: Buffer): void {
    if (!this.#copied.has(path.toString())) this.#remove.push(path);
  }

  skipAll(paths: readonly Buffer[], reason: Skipped["reason"]): void {
    for (const path of paths) this.#skipped.push({ path: path.toString(), reason });
  }

  async consider(candidates: readonly Candidate[]): Promise<void> {
    for (let i = 0; i < candidates.length; i += BATCH) {
      const batch = candidates.slice(i, i + BATCH);
      const facts = await Promise.all(batch.map((candidate) => this.#look(candidate.path)));
      for (const [k, candidate] of batch.entries()) this.#decide(candidate, facts[k]!);
    }
  }

  result(): TreeChanges {
    const overflow = [...this.#overflow].map(([path, count]) => ({
      path,
      reason: "too_many_files" as const,
      count,
    }));
    return { add: this.#add, remove: this.#remove, skipped: [...this.#skipped, ...overflow] };
  }

  #decide(candidate: Candidate, facts: FileFacts): void {
    const path = candidate.path.toString();
    if (this.#copied.has(path)) return;
    if (facts.kind === "gone" || facts.kind === "directory") {
      if (candidate.tracked) this.#remove.push(candidate.path);
      return;
    }
    if (facts.kind !== "file") {
      this.#skipped.push({ path, reason: facts.kind });
      return;
    }
    if (facts.size > this.#limits.maxFileBytes || this.#bytes + facts.size > this.#limits.maxTotalBytes) {
      this.#skipped.push({ path, reason: "too_large" });
      return;
    }
    if (!candidate.tracked && this.#newFiles >= this.#limits.maxNewFiles) {
      const top = path.includes("/") ? `${path.slice(0, path.indexOf("/"))}/` : ".";
      this.#overflow.set(top, (this.#overflow.get(top) ?? 0) + 1);
      return;
    }
    if (!candidate.tracked) this.#newFiles += 1;
    this.#bytes += facts.size;
    this.#add.push(candidate.path);
  }

  async #look(path: Buffer): Promise<FileFacts> {
    const full = Buffer.concat([Buffer.from(join(this.#workTree, "/")), path]);
    const stats = await lstat(full).catch(() => undefined);
    if (stats === undefined) return { kind: "gone", size: 0 };
    if (stats.isSymbolicLink()) return { kind: "file", size: stats.size };
    if (stats.isDirectory()) return { kind: "directory", size: 0 };
    if (!stats.isFile()) return { kind: "special_file", size: 0 };
    const readable = await access(full, constants.R_OK).then(
      () => true,
      () => false,
    );
    return { kind: readable ? "file" : "unreadable", size: stats.size };
  }
}

interface FileFacts {
  readonly kind: "file" | "directory" | "gone" | "special_file" | "unreadable";
  readonly size: number;
}

interface TrackedChanges {
  readonly changed: Buffer[];
  readonly removed: Buffer[];
  readonly submodules: Buffer[];
  /** Tracked files that became repositories: the file is gone, the repository is not ours to store. */
  readonly repositories: Buffer[];
}

async function changedTracked(git: GitRunner, view: TreeView): Promise<TrackedChanges> {
  // Without ignore-submodules git would run `status` inside a submodule, under the configuration it finds there.
  const { stdout } = await git.run({
    ...view,
    args: ["diff-files", "--raw", "--no-renames", "--ignore-submodules=all"],
  });
  const result: TrackedChanges = { changed: [], removed: [], submodules: [], repositories: [] };
  for (const line of stdout.split("\n")) {
    const match = /^:(\d{6}) (\d{6}) \S+ \S+ ([A-Z])\t(.*)$/s.exec(line);
    if (match === null) continue;
    const [, oldMode, newMode, status, printed] = match;
    const path = unquotePath(printed!);
    if (oldMode === GITLINK) result.submodules.push(path);
    else if (status === "D") result.removed.push(path);
    else if (newMode === GITLINK) result.repositories.push(path);
    else result.changed.push(path);
  }
  return result;
}

interface UntrackedPaths {
  readonly files: Buffer[];
  readonly repositories: Buffer[];
  /** Files that only the ignore rules of the base commit hold back. */
  readonly heldBack: Buffer[];
}

async function untrackedPaths(
  git: GitRunner,
  view: TreeView,
  baseIgnoreFile: string,
): Promise<UntrackedPaths> {
  const list = async (settings: readonly string[]): Promise<string[]> => {
    const { stdout } = await git.run({
      ...view,
      args: ["ls-files", "--others", "--exclude-standard"],
      settings,
    });
    return stdout.split("\n").filter((line) => line !== "");
  };
  const kept = await list([`core.excludesFile=${baseIgnoreFile}`]);
  // With the base's rules still in place, those of the tree hold back at least as much; a second look would find nothing more.
  const now = (await sameFile(join(view.workTree, ".gitignore"), baseIgnoreFile)) ? kept : await list([]);
  const keptNames = new Set(kept);
  const result: UntrackedPaths = { files: [], repositories: [], heldBack: [] };
  for (const printed of now) {
    const path = unquotePath(printed);
    if (path.at(-1) === 0x2f) result.repositories.push(path);
    else if (keptNames.has(printed)) result.files.push(path);
    else result.heldBack.push(path);
  }
  return result;
}

async function sameFile(one: string, other: string): Promise<boolean> {
  const stats = await lstat(one).catch(() => undefined);
  if (stats !== undefined && !stats.isFile()) return false;
  const text = stats === undefined ? "" : await readFile(one, "utf8").catch(() => undefined);
  return text === (await readFile(other, "utf8"));
}
