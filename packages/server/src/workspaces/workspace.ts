import type { ConfigSnapshot } from "../git/index.ts";

/** What a repository looked like when it was inspected. */
export interface RepositoryFacts {
  /** The real path of the repository's root. */
  readonly root: string;
  /** The branch new work starts from unless told otherwise: the remote's default, else main, master, the current one. */
  readonly defaultBranch: string | undefined;
  readonly branches: readonly string[];
  /** The checked-out branch, and the commit it points to; `branch` is undefined when HEAD is detached. */
  readonly head: { readonly branch: string | undefined; readonly sha: string | undefined };
  readonly hasSubmodules: boolean;
  readonly hasLfs: boolean;
  readonly gitConfigSnapshot: ConfigSnapshot;
}

/** A path that was left out of a snapshot, or not copied, and why. */
export interface Skipped {
  readonly path: string;
  readonly reason: SkipReason;
  /** How many files stand behind this line, when it speaks for a directory. */
  readonly count?: number;
}

export type SkipReason =
  | "too_large"
  | "too_many_files"
  | "embedded_repository"
  | "submodule"
  | "special_file"
  | "unreadable"
  | "invalid_path"
  | "ignored_at_base"
  | "copied_file"
  | "missing"
  | "tracked"
  | "path_escape"
  | "symlink";

/** How many files a change touches, and its lines. Binary files count as files without lines. */
export interface DiffStat {
  readonly files: number;
  readonly insertions: number;
  readonly deletions: number;
}

/** One file of a diff. Insertions and deletions are undefined for a binary file. */
export interface ChangedFile {
  readonly path: string;
  /** Where a renamed or copied file came from. */
  readonly oldPath?: string;
  readonly status: "added" | "modified" | "deleted" | "renamed" | "copied" | "type_changed";
  readonly insertions: number | undefined;
  readonly deletions: number | undefined;
}

/** A change as a unified diff; `cut` is true when the text ends at the cap. `files` is always complete. */
export interface Diff {
  readonly text: string;
  readonly cut: boolean;
  readonly files: readonly ChangedFile[];
}

/** What a snapshot may hold. */
export interface SnapshotLimits {
  /** A larger new or changed file is left out; a tracked one keeps its former content. */
  readonly maxFileBytes: number;
  /** New files beyond this number are left out. */
  readonly maxNewFiles: number;
  /** New and changed content beyond this sum is left out. */
  readonly maxTotalBytes: number;
}

/** The state of a working tree, as a commit of ours. */
export type SnapshotOutcome =
  | {
      readonly status: "ok";
      /** The snapshot; the parent itself when nothing changed since. */
      readonly sha: string;
      /** True when nothing changed since the parent. `stat` counts against the base, so `stat.files === 0` means no work at all. */
      readonly empty: boolean;
      readonly stat: DiffStat;
      readonly skipped: readonly Skipped[];
      /** The ref of the mirror that holds it; undefined when nothing changed. */
      readonly ref: string | undefined;
    }
  /** The agent removed its own working tree; nothing can be taken from it. */
  | { readonly status: "workspace_gone" };

/** The working tree of one attempt, ready for an agent. */
export interface OpenedWorkspace {
  readonly path: string;
  readonly startSha: string;
  readonly copied: readonly string[];
  readonly notCopied: readonly Skipped[];
}

/** A workspace on disk, as its own record tells. */
export interface WorkspaceEntry {
  readonly attemptId: string;
  readonly projectId: string;
  readonly taskId: string;
  readonly path: string;
  readonly startSha: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** Where the finished work stands in the user's repository. */
export interface Published {
  readonly branch: string;
  readonly sha: string;
  /** True when the branch already stood at this commit: an earlier try got this far. */
  readonly alreadyThere: boolean;
}

/** Why a clean checkout is made: to run the project's own checks in it, or to read it. */
export type CheckoutPurpose = "validate" | "review";
