import { copyFile, lstat, mkdtemp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { HarnessError } from "@harness/protocol";
import type { GitRunner } from "../git/index.ts";
import type { Checkout } from "./checkout-of.ts";
import { effectiveConfig, filteredPaths, withoutFilters } from "./filters.ts";

/** A checkout that should go from one commit to another, and what a person can type instead. */
export interface Move {
  readonly checkout: Checkout;
  readonly from: string;
  readonly to: string;
  /** A directory of ours for a copy of the index. */
  readonly scratch: string;
  readonly command: string;
}

/** Marks of a git operation a person has begun and not ended, by the file git keeps. */
const UNFINISHED: Readonly<Record<string, string>> = {
  MERGE_HEAD: "a merge",
  CHERRY_PICK_HEAD: "a cherry-pick",
  REVERT_HEAD: "a revert",
  "rebase-merge": "a rebase",
  "rebase-apply": "a rebase",
  BISECT_LOG: "a bisect",
};

const NAMED = 10;

/**
 * Brings files and index of a checkout from one commit to another; HEAD and branches are the caller's. First looks,
 * and refuses while nothing is touched: what git's own merge would lose or mix in (`checkout_dirty`), and what only
 * the owner's own git can do, because a filter, a submodule or a sparse checkout is involved (`checkout_unsuitable`).
 * A checkout that holds nothing but files of the two commits, as a crash in between leaves it, is brought to the end.
 */
export async function moveFiles(git: GitRunner, move: Move): Promise<void> {
  const settings = await checkMove(git, move);
  const whole = settings.state === "clean" ? ["-m", "-u", move.from, move.to] : ["--reset", "-u", move.to];
  const { exitCode, stderr } = await git.run({
    ...view(move.checkout),
    args: ["read-tree", ...whole],
    settings: settings.settings,
    allowFailure: true,
  });
  if (exitCode === 0) return;
  const said = stderr.trim().slice(0, 400);
  if (/would be overwritten|would be removed|would lose|not uptodate/.test(stderr)) throw dirty(move, said);
  throw new HarnessError(
    "git_failed",
    `The checkout ${move.checkout.workTree} could not be updated: ${said}`,
  );
}

/** Looks whether a checkout can be moved, and touches nothing. Answers how: from a clean state, or from half-way. */
export async function checkMove(
  git: GitRunner,
  move: Move,
): Promise<{ readonly state: "clean" | "half"; readonly settings: readonly string[] }> {
  await refuseUnfinished(move);
  const config = await effectiveConfig(git, move.checkout);
  refuseSpecial(move, config);
  const settings = withoutFilters(config);
  const changes = await changedPaths(git, move);
  await refuseSubmodules(move, changes);
  const dir = await mkdtemp(join(move.scratch, "index-"));
  try {
    const arriving = changes.filter((change) => change.status !== "D").map((change) => change.path);
    const filtered = await filteredPaths(git, move.checkout.gitDir, {
      commit: move.to,
      paths: arriving,
      indexFile: join(dir, "attributes"),
    });
    if (filtered.length > 0)
      throw unsuitable(move, `${names(filtered)} must go through a filter such as Git LFS`);
    const pathsOf = (status: string) =>
      changes.filter((change) => change.status === status).map((change) => change.path);
    const state = await stateOf(git, move, { dir, settings, added: pathsOf("A"), removed: pathsOf("D") });
    return { state, settings };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function stateOf(
  git: GitRunner,
  move: Move,
  by: {
    readonly dir: string;
    readonly settings: readonly string[];
    readonly added: readonly string[];
    readonly removed: readonly string[];
  },
): Promise<"clean" | "half"> {
  const index = join(by.dir, "index");
  await copyFile(join(move.checkout.gitDir, "index"), index).catch(() => undefined);
  const ask = (indexFile: string, ...args: string[]) =>
    git.run({ ...view(move.checkout), indexFile, settings: by.settings, args, allowFailure: true });
  const differing = async (indexFile: string): Promise<string[]> => {
    await ask(indexFile, "update-index", "-q", "--ignore-submodules", "--refresh");
    const { stdout } = await ask(indexFile, "diff-files", "--name-only", "-z", "--ignore-submodules=all");
    return listed(stdout);
  };
  const staged = async (commit: string): Promise<string[]> => {
    const args = ["diff-index", "--cached", "--name-only", "-z", "--ignore-submodules=all", commit];
    const { stdout, exitCode, stderr } = await ask(index, ...args);
    if (exitCode !== 0)
      throw new HarnessError("git_failed", `The index could not be read: ${stderr.trim().slice(0, 400)}`);
    return listed(stdout);
  };
  const inTheWay = await present(move.checkout.workTree, by.added);
  const touched = [...new Set([...(await differing(index)), ...(await staged(move.from)), ...inTheWay])];
  if (touched.length === 0) return "clean";
  // Half-way: the index is one of the two commits, and every file is as one of them has it.
  const indexFits = (await staged(move.from)).length === 0 || (await staged(move.to)).length === 0;
  const unlike = async (commit: string): Promise<string[]> => {
    const file = join(by.dir, commit.slice(0, 12));
    await ask(file, "read-tree", commit);
    return differing(file);
  };
  const [notOld, notNew] = [await unlike(move.from), new Set(await unlike(move.to))];
  const neither = notOld.filter((path) => notNew.has(path));
  const edited = await present(
    move.checkout.workTree,
    by.removed.filter((path) => notOld.includes(path)),
  );
  const foreign = [...inTheWay.filter((path) => notNew.has(path)), ...edited];
  if (indexFits && neither.length === 0 && foreign.length === 0) return "half";
  throw dirty(move, names(touched));
}

interface Change {
  readonly status: string;
  readonly path: string;
  readonly submodule: boolean;
}

async function changedPaths(git: GitRunner, move: Move): Promise<Change[]> {
  const { stdout } = await git.run({
    gitDir: move.checkout.gitDir,
    args: ["diff-tree", "-r", "-z", "--raw", "--no-renames", move.from, move.to],
    outputCapBytes: Number.POSITIVE_INFINITY,
  });
  const fields = stdout.split("\0");
  const changes: Change[] = [];
  for (let at = 0; fields[at]?.startsWith(":") === true; at += 2) {
    const [oldMode = "", newMode = "", , , status = ""] = fields[at]!.split(" ");
    const submodule = oldMode === ":160000" || newMode === "160000";
    changes.push({ status, path: fields[at + 1]!, submodule });
  }
  return changes;
}

async function refuseUnfinished(move: Move): Promise<void> {
  const { gitDir, workTree } = move.checkout;
  for (const [file, what] of Object.entries(UNFINISHED))
    if (await exists(join(gitDir, file)))
      throw unsuitable(move, `${what} is in progress in ${workTree}; end it first`);
  if (await exists(join(gitDir, "index.lock")))
    throw unsuitable(
      move,
      `another git command is running in ${workTree}, or left ${join(gitDir, "index.lock")} behind`,
    );
}

function refuseSpecial(move: Move, config: ReadonlyMap<string, string>): void {
  const on = (key: string) => /^(true|yes|on|1)$/i.test(config.get(key) ?? "");
  if (on("core.sparsecheckout")) throw unsuitable(move, "the checkout is sparse");
  if (config.has("core.worktree")) throw unsuitable(move, "core.worktree is set");
  if (on("core.autocrlf") || config.has("core.eol"))
    throw unsuitable(move, "git converts line ends in this checkout");
}

async function refuseSubmodules(move: Move, changes: readonly Change[]): Promise<void> {
  const paths = changes.filter((change) => change.submodule).map((change) => change.path);
  if (paths.length > 0) throw unsuitable(move, `the submodule ${names(paths)} changes`);
}

/** Paths of new files where something lies already. */
async function present(workTree: string, paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map((path) => lstat(join(workTree, path)).catch(() => undefined)));
  return paths.filter((_, at) => found[at] !== undefined);
}

function view(checkout: Checkout) {
  return { gitDir: checkout.gitDir, workTree: checkout.workTree };
}

function listed(stdout: string): string[] {
  return [...new Set(stdout.split("\0").filter((path) => path !== ""))];
}

function names(paths: readonly string[]): string {
  const shown = paths.slice(0, NAMED).join(", ");
  return paths.length > NAMED ? `${shown} and ${paths.length - NAMED} more` : shown;
}

function dirty(move: Move, what: string): HarnessError {
  return new HarnessError(
    "checkout_dirty",
    `The checkout ${move.checkout.workTree} has changes of its own: ${what}. Commit or stash them, then try again. Nothing was changed.`,
    { hint: move.command },
  );
}

function unsuitable(move: Move, why: string): HarnessError {
  return new HarnessError(
    "checkout_unsuitable",
    `The checkout ${move.checkout.workTree} is left to your own git: ${why}. Type: ${move.command}`,
    { hint: move.command },
  );
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
