import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, HarnessError } from "@harness/protocol";
import type { ConfigSnapshot, GitIdentity, GitRunner } from "../git/index.ts";
import { AttemptDirectories } from "./attempt-directories.ts";
import { type CheckoutSpec, makeCheckout } from "./checkouts.ts";
import { type CloneDeps, makeClone } from "./clone.ts";
import { copyFilesInto } from "./copy-files.ts";
import { changeId, type InMirror, type ProjectDiff, parentOf, readDiff } from "./diff.ts";
import { copyWithTimes } from "./files.ts";
import { Handover } from "./handover.ts";
import { type Joined, type JoinSpec, joinBase } from "./join-base.ts";
import { KeyedLock } from "./keyed-lock.ts";
import { checkId, Layout } from "./layout.ts";
import { listTree, type TreeFile, type TreeSpec } from "./list-tree.ts";
import { Mirrors } from "./mirror.ts";
import { MirrorUpkeep } from "./mirror-upkeep.ts";
import { layOutRepository } from "./new-repository.ts";
import { WorkspaceNotes } from "./notes.ts";
import { type Outgoing, readOutgoing } from "./outgoing.ts";
import { publishBranch } from "./publish.ts";
import { type FilesSpec, type FileText, readFiles } from "./read-files.ts";
import { readRecord, writeRecord } from "./record.ts";
import { inspectRepository, openRepository, readFileAt, resolveBase } from "./repository.ts";
import { defaultSnapshotLimits, takeSnapshot } from "./snapshot.ts";
import { listSnapshots, type Snapshot } from "./snapshots.ts";
import { UserRepositories } from "./user-repositories.ts";
import type {
  Diff,
  OpenedWorkspace,
  Published,
  RepositoryFacts,
  SnapshotLimits,
  SnapshotOutcome,
  WorkspaceEntry,
} from "./workspace.ts";

/** What workspaces are built from. */
export interface WorkspacesDeps {
  readonly git: GitRunner;
  readonly dataDir: string;
  readonly clock: Clock;
  /** Who the snapshots are by. */
  readonly identity?: { readonly name: string; readonly email: string };
  readonly limits?: Partial<SnapshotLimits>;
  /** Called with the name of a point of the crash table, such as "K11", so that a test can crash there. */
  readonly failpoint?: (name: string) => void | Promise<void>;
}

/** The way of the work: user's repository → mirror → the agent's clone → our snapshot → clean checkouts → a branch of the user's. */
export class Workspaces {
  readonly #git: GitRunner;
  readonly #clock: Clock;
  readonly #layout: Layout;
  readonly #mirrors: Mirrors;
  readonly #limits: SnapshotLimits;
  readonly #signature: () => GitIdentity;
  readonly #failpoint: (name: string) => void | Promise<void>;
  readonly #directories: AttemptDirectories;
  readonly #attempts = new KeyedLock();
  /** What a person does with finished work in their own repository. */
  readonly handover: Handover;
  /** What a repository of the user's is asked besides, and how one begins. */
  readonly repositories: UserRepositories;
  /** What is remembered of the workspaces. */
  readonly notes: WorkspaceNotes;
  /** What of the mirrors can go. */
  readonly mirrorUpkeep: MirrorUpkeep;

  constructor(deps: WorkspacesDeps) {
    this.#git = deps.git;
    this.#clock = deps.clock;
    this.#layout = new Layout(deps.dataDir);
    this.notes = new WorkspaceNotes(this.#layout, this.#attempts);
    this.#mirrors = new Mirrors({ git: deps.git, layout: this.#layout });
    this.mirrorUpkeep = new MirrorUpkeep({ git: deps.git, layout: this.#layout, mirrors: this.#mirrors });
    this.#limits = { ...defaultSnapshotLimits, ...deps.limits };
    const identity = deps.identity ?? { name: "Harness", email: "harness@localhost" };
    this.#signature = () => ({ ...identity, at: this.#clock.now() });
    this.#failpoint = deps.failpoint ?? (() => undefined);
    this.handover = new Handover({
      git: this.#git,
      mirrors: this.#mirrors,
      layout: this.#layout,
      failpoint: this.#failpoint,
      identity: this.#signature,
    });
    this.repositories = new UserRepositories(this.#git, this.#signature);
    this.#directories = new AttemptDirectories({ layout: this.#layout, failpoint: this.#failpoint });
  }

  /** Looks at a repository for registration. Throws `not_a_repository`. */
  inspectRepository = (root: string): Promise<RepositoryFacts> => inspectRepository(this.#git, root);

  /** The commit a local branch of the user's repository points to now. Throws `invalid_ref`, `not_a_repository`. */
  resolveBase = async (root: string, baseBranch: string): Promise<string> =>
    resolveBase(this.#git, await openRepository(root), baseBranch);

  /** A text file as it stands at a commit of the user's repository (`.harness/config.toml` at the base), never from disk. */
  async readBaseFile(
    _projectId: string,
    root: string,
    sha: string,
    path: string,
    capBytes: number,
  ): Promise<string | undefined> {
    return readFileAt(this.#git, await openRepository(root), sha, path, capBytes);
  }

  /** The files of a commit, in a project's mirror or in the user's own repository. */
  listTree = (spec: TreeSpec): Promise<TreeFile[]> => listTree(this.#git, this.#layout, spec);

  /** Brings a local branch into the mirror; does almost nothing when its commit is already there. */
  async refreshMirror(spec: {
    readonly projectId: string;
    readonly root: string;
    readonly base: string;
    readonly signal?: AbortSignal;
  }): Promise<{ readonly baseSha: string }> {
    const repo = await openRepository(spec.root);
    return { baseSha: await this.#mirrors.refresh(spec.projectId, repo, spec.base, spec.signal) };
  }

  /** Makes the workspace of an attempt. What an earlier, interrupted try of the same attempt left is replaced. */
  open(spec: {
    readonly projectId: string;
    readonly attemptId: string;
    readonly taskId: string;
    /** A commit the mirror holds: a base, or the snapshot another task ended with. */
    readonly startSha: string;
    readonly root: string;
    readonly baseBranch?: string;
    readonly copyFiles?: readonly string[];
    readonly signal?: AbortSignal;
  }): Promise<OpenedWorkspace> {
    return this.#attempts.run(spec.attemptId, async () => {
      await this.#directories.discard(spec.attemptId);
      const tree = this.#layout.tree(spec.attemptId);
      const store = this.#layout.store(spec.attemptId);
      await mkdir(this.#layout.attempt(spec.attemptId), { recursive: true, mode: 0o700 });
      await makeClone(this.#cloneDeps, {
        ...spec,
        sha: spec.startSha,
        tree,
        exclude: spec.copyFiles,
      });
      const mirror = this.#layout.mirror(spec.projectId);
      await layOutRepository(store, {
        bare: true,
        likeSha: spec.startSha,
        head: "none",
        alternates: join(mirror, "objects"),
      });
      await this.#mirrors.copyShallow(spec.projectId, store);
      await copyWithTimes(join(tree, ".git", "index"), join(store, "index"));
      const files = await copyFilesInto(tree, spec.root, spec.copyFiles ?? []);
      await this.#failpoint("K4");
      await writeRecord(this.#layout.record(spec.attemptId), {
        project_id: spec.projectId,
        task_id: checkId(spec.taskId),
        attempt_id: spec.attemptId,
        start_sha: spec.startSha,
        copied: files.copied,
        set_aside: [],
        created_at_ms: this.#clock.now(),
      });
      return { path: tree, startSha: spec.startSha, ...files };
    });
  }

  /** Stores what the agent's tree holds now as a commit on `refs/harness/<task>/<attempt>/<n>` of the mirror. */
  async snapshot(spec: {
    readonly projectId: string;
    readonly taskId: string;
    readonly attemptId: string;
    readonly path: string;
    /** The base, or the snapshot before. */
    readonly parentSha: string;
    readonly baseSha: string;
    readonly message: string;
    readonly signal?: AbortSignal;
  }): Promise<SnapshotOutcome> {
    const tree = this.#layout.tree(spec.attemptId);
    if (spec.path !== tree) throw notTheWorkspace(spec.attemptId, spec.path);
    return this.#attempts.run(spec.attemptId, async () => {
      const record = await readRecord(this.#layout.record(spec.attemptId));
      if (record === undefined) return { status: "workspace_gone" };
      return takeSnapshot(
        { git: this.#git, mirrors: this.#mirrors, failpoint: this.#failpoint },
        {
          ...spec,
          taskId: checkId(spec.taskId),
          tree,
          store: this.#layout.store(spec.attemptId),
          mirror: this.#layout.mirror(spec.projectId),
          copied: [...record.copied, ...record.set_aside],
          limits: this.#limits,
          identity: this.#signature(),
        },
      );
    });
  }

  /** Merges a base into work that conflicts with it, for an agent to resolve; undefined when nothing conflicts. */
  joinBase = (spec: JoinSpec): Promise<Joined | undefined> =>
    joinBase({ git: this.#git, layout: this.#layout, identity: this.#signature() }, spec);

  /** The snapshots of a task in the mirror: what is left of its attempts, also after a crash. Last one of an attempt last. */
  snapshots = (spec: {
    readonly projectId: string;
    readonly taskId: string;
    readonly attemptId?: string;
  }): Promise<Snapshot[]> => listSnapshots(this.#mirrors, spec);

  /**
   * A clean clone at exactly one commit, without anything the agent left. For validation it is new each time; for review
   * its files are read-only and an existing one is used again. An older one of the same purpose is removed.
   */
  checkout(spec: CheckoutSpec): Promise<{ readonly path: string }> {
    return this.#attempts.run(spec.attemptId, () => makeCheckout(this.#cloneDeps, spec));
  }

  /** The commit a snapshot of the mirror was made on. */
  parentOf = (snapshot: InMirror): Promise<string> => parentOf(this.#git, this.#layout, snapshot);

  /** The change between two commits of the mirror. */
  diff = ({ projectId, capBytes, ...spec }: ProjectDiff & { readonly capBytes: number }): Promise<Diff> =>
    readDiff(this.#git, { ...spec, gitDir: this.#layout.mirror(projectId) }, capBytes);

  /** A name for exactly the change of some paths between two commits of the mirror. */
  changeId = ({ projectId, ...spec }: ProjectDiff): Promise<string> =>
    changeId(this.#git, { ...spec, gitDir: this.#layout.mirror(projectId) });

  /** Everything new that leaves when a commit is published; undefined when it is more than can be looked at. */
  outgoing = (spec: Omit<ProjectDiff, "paths">): Promise<Outgoing[] | undefined> =>
    readOutgoing(this.#git, { ...spec, gitDir: this.#layout.mirror(spec.projectId) });

  /** The texts of some files of a commit of the mirror, within caps of bytes. */
  readFiles = (spec: FilesSpec): Promise<FileText[]> => readFiles(this.#git, this.#layout, spec);

  /** Makes a snapshot a branch of the user's repository. Throws `branch_taken`, `invalid_ref`, `repo_config_tampered`. */
  async publish(spec: {
    readonly projectId: string;
    readonly root: string;
    readonly sha: string;
    readonly branch: string;
    /** Where this work was published before: that branch may move forward. */
    readonly earlier?: { readonly branch: string; readonly commit: string };
    /** What of the repository's configuration is the user's own; else what was remembered for the project. */
    readonly allowedConfig?: ConfigSnapshot;
    readonly signal?: AbortSignal;
  }): Promise<Published> {
    const repo = await openRepository(spec.root);
    return publishBranch(
      { git: this.#git, mirrors: this.#mirrors, failpoint: this.#failpoint },
      { ...spec, repo },
    );
  }

  /** A person says that the repository's git configuration, as it is now, is their own. */
  async acceptConfig(spec: { readonly projectId: string; readonly root: string }): Promise<void> {
    await this.#mirrors.acceptConfig(spec.projectId, await openRepository(spec.root));
  }

  /** Deletes an attempt's workspace and checkouts; its snapshots stay in the mirror. Nothing there is fine. */
  remove(attemptId: string): Promise<void> {
    return this.#attempts.run(attemptId, () => this.#directories.discard(attemptId));
  }

  /** The workspaces on disk that were finished and not removed. */
  list = (): Promise<WorkspaceEntry[]> => this.#directories.list();

  /** Bytes on disk of an attempt's workspace and checkouts; 0 when there is none. */
  diskUsage(attemptId: string): Promise<number> {
    return this.#directories.diskUsage(attemptId);
  }

  /**
   * Deletes every workspace that belongs to none of these attempts, and what an interrupted removal left. Returns the attempts
   * whose workspaces went. `live` must be read while no workspace is being opened: best at start.
   */
  async dropOrphans(liveNow: () => Promise<ReadonlySet<string>>): Promise<string[]> {
    const found = await this.#directories.attemptIds();
    // Asked after looking: an attempt that begins meanwhile is not among what was found.
    const live = await liveNow();
    const orphans = found.filter((id) => !live.has(id));
    for (const id of orphans) await this.remove(id);
    await this.#directories.sweep();
    return orphans;
  }

  get #cloneDeps(): CloneDeps {
    return { git: this.#git, mirrors: this.#mirrors, layout: this.#layout };
  }
}

function notTheWorkspace(attemptId: string, path: string): HarnessError {
  return new HarnessError("path_escape", `${path} is not the working tree of attempt ${attemptId}.`);
}
