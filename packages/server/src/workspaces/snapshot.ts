import { lstat, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkObjectId, type GitIdentity, type GitRunner } from "../git/index.ts";
import { changedFiles, statOf } from "./diff.ts";
import { exists } from "./files.ts";
import type { Mirrors } from "./mirror.ts";
import { listTreeChanges, type TreeChanges, type TreeView } from "./tree-changes.ts";
import type { Skipped, SnapshotLimits, SnapshotOutcome } from "./workspace.ts";

/** How much a snapshot takes in unless told. */
export const defaultSnapshotLimits: SnapshotLimits = {
  maxFileBytes: 20 * 1024 * 1024,
  maxNewFiles: 20_000,
  maxTotalBytes: 500 * 1024 * 1024,
};

/** Attributes that store every byte as it is; used when those of the tree make git refuse a file. */
const RAW_ATTRIBUTES = "* -text !eol -ident -filter !working-tree-encoding\n";

/** One snapshot to take. */
export interface SnapshotSpec {
  readonly projectId: string;
  readonly taskId: string;
  readonly attemptId: string;
  readonly tree: string;
  /** Our repository beside the tree: its own index and objects. */
  readonly store: string;
  readonly mirror: string;
  readonly parentSha: string;
  readonly baseSha: string;
  readonly message: string;
  readonly copied: readonly string[];
  readonly limits: SnapshotLimits;
  readonly identity: GitIdentity;
  readonly signal?: AbortSignal;
}

/** What taking a snapshot needs. */
export interface SnapshotDeps {
  readonly git: GitRunner;
  readonly mirrors: Mirrors;
  readonly failpoint: (name: string) => void | Promise<void>;
}

/**
 * Stores a working tree as a commit of ours on a ref of the mirror. Nothing of the repository inside the tree is used: not its
 * index, objects, refs, configuration, hooks or exclude file. So it works when the agent broke, replaced or removed it.
 */
export async function takeSnapshot(deps: SnapshotDeps, spec: SnapshotSpec): Promise<SnapshotOutcome> {
  checkObjectId(spec.parentSha);
  checkObjectId(spec.baseSha);
  if (!(await treeIsThere(spec.tree))) return { status: "workspace_gone" };
  const view: TreeView = {
    gitDir: spec.store,
    workTree: spec.tree,
    indexFile: join(spec.store, "index"),
    signal: spec.signal,
  };
  await prepareIndex(deps.git, view, spec.parentSha);
  const changes = await listTreeChanges(deps.git, view, {
    limits: spec.limits,
    baseIgnoreFile: await baseIgnoreFile(deps.git, spec),
    copied: new Set(spec.copied),
  });
  const ignored = await stage(deps.git, view, changes);
  const skipped = [...changes.skipped, ...ignored];
  const tree = await writeTree(deps.git, view);
  const { stdout: parentTree } = await deps.git.run({
    gitDir: spec.store,
    args: ["rev-parse", `${spec.parentSha}^{tree}`],
  });
  const empty = parentTree.trim() === tree;
  const saved = empty ? { sha: spec.parentSha, ref: undefined } : await commit(deps, spec, tree);
  const range = { gitDir: spec.mirror, from: spec.baseSha, to: saved.sha, signal: spec.signal };
  const stat = statOf(await changedFiles(deps.git, range));
  return { status: "ok", ...saved, empty, stat, skipped };
}

// A link in place of the tree could lead anywhere, and an empty directory is what `rm -rf .` leaves of a mount point.
async function treeIsThere(tree: string): Promise<boolean> {
  const stats = await lstat(tree).catch(() => undefined);
  if (stats?.isDirectory() !== true) return false;
  return (await readdir(tree)).length > 0;
}

// The index keeps file times between turns, so unchanged files are not read again; its content is set to the parent's.
async function prepareIndex(git: GitRunner, view: TreeView, parentSha: string): Promise<void> {
  await rm(`${view.indexFile}.lock`, { force: true });
  // Only the index is written: without -u no file of the tree is.
  const kept = await git.run({ ...view, args: ["read-tree", "--reset", parentSha], allowFailure: true });
  if (kept.exitCode !== 0) {
    await rm(view.indexFile, { force: true });
    await git.run({ ...view, args: ["read-tree", parentSha] });
  }
  // Times may differ although the content does not; a refresh that finds real changes exits with 1.
  await git.run({
    ...view,
    args: ["update-index", "-q", "--refresh", "--ignore-submodules"],
    allowFailure: true,
  });
}

/** The root ignore rules of the base commit as a file, so that an agent cannot loosen them by deleting lines. */
async function baseIgnoreFile(git: GitRunner, spec: SnapshotSpec): Promise<string> {
  const file = join(spec.store, `base-ignore-${spec.baseSha}`);
  if (await exists(file)) return file;
  const { exitCode, stdout } = await git.run({
    gitDir: spec.store,
    args: ["cat-file", "blob", `${spec.baseSha}:.gitignore`],
    outputCapBytes: 1 << 20,
    allowFailure: true,
  });
  await writeFile(file, exitCode === 0 ? stdout : "");
  return file;
}

async function stage(git: GitRunner, view: TreeView, changes: TreeChanges): Promise<Skipped[]> {
  if (changes.remove.length > 0) {
    await git.run({
      ...view,
      args: ["update-index", "-z", "--force-remove", "--stdin"],
      stdin: nulJoined(changes.remove),
    });
  }
  if (changes.add.length === 0) return [];
  const add = {
    ...view,
    args: ["update-index", "-z", "--add", "--remove", "--replace", "--stdin"],
    stdin: nulJoined(changes.add),
  };
  const first = await git.run({ ...add, allowFailure: true });
  if (first.exitCode === 0) return invalidPaths(first.stderr);
  await mkdir(join(view.gitDir, "info"), { recursive: true });
  const attributes = join(view.gitDir, "info", "attributes");
  await writeFile(attributes, RAW_ATTRIBUTES);
  try {
    return invalidPaths((await git.run(add)).stderr);
  } finally {
    await rm(attributes, { force: true });
  }
}

/** Paths git does not store under any name: a second `.git` in another spelling, a linked `.gitmodules`. */
function invalidPaths(stderr: string): Skipped[] {
  return [...stderr.matchAll(/^Ignoring path (.*)$/gm)].map((match) => ({
    path: match[1]!,
    reason: "invalid_path",
  }));
}

async function writeTree(git: GitRunner, view: TreeView): Promise<string> {
  const { stdout } = await git.run({ gitDir: view.gitDir, indexFile: view.indexFile, args: ["write-tree"] });
  return stdout.trim();
}

async function commit(
  deps: SnapshotDeps,
  spec: SnapshotSpec,
  tree: string,
): Promise<{ sha: string; ref: string }> {
  const { stdout } = await deps.git.run({
    gitDir: spec.store,
    args: ["commit-tree", "-p", spec.parentSha, "-F", "-", tree],
    stdin: `${spec.message.replaceAll("\0", "").trim()}\n`,
    identity: spec.identity,
  });
  const sha = stdout.trim();
  const prefix = `${spec.taskId}/${spec.attemptId}/`;
  const numbers = (await deps.mirrors.refs(spec.projectId, prefix)).map(({ ref }) =>
    Number(ref.split("/").at(-1)),
  );
  const ref = `refs/harness/${prefix}${Math.max(0, ...numbers) + 1}`;
  await deps.git.run({ gitDir: spec.store, args: ["update-ref", ref, sha] });
  await deps.failpoint("K11");
  await deps.mirrors.take(spec.projectId, spec.store, ref, spec.signal);
  return { sha, ref };
}

function nulJoined(paths: readonly Buffer[]): Buffer {
  const nul = Buffer.from([0]);
  return Buffer.concat(paths.flatMap((path) => [path, nul]));
}
