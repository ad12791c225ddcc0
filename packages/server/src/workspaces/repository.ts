import { readFile, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { HarnessError } from "@harness/protocol";
import {
  checkObjectId,
  checkRefName,
  type GitRunner,
  readConfigSnapshot,
  unquotePath,
} from "../git/index.ts";
import type { RepositoryFacts } from "./workspace.ts";

/** A repository of the user's, found without asking git to look around. */
export interface Repository {
  readonly root: string;
  readonly gitDir: string;
  /** Where refs, objects and configuration are; differs from `gitDir` in a linked worktree. */
  readonly commonDir: string;
  /** The exact directories git must be told are safe, because someone else owns them; usually none. */
  readonly foreign: readonly string[];
}

/** Finds the git directory of `root` by its own files. Throws `not_a_repository` unless `root` itself is a repository's root. */
export async function openRepository(root: string): Promise<Repository> {
  const realRoot = await realpath(root).catch((cause: unknown) => {
    throw notARepository(root, cause);
  });
  const gitDir = await gitDirectoryOf(realRoot);
  const commonDir = await commonDirectoryOf(gitDir);
  await stat(join(commonDir, "objects")).catch((cause: unknown) => {
    throw notARepository(root, cause);
  });
  const places = [...new Set([realRoot, gitDir, commonDir])];
  const owners = await Promise.all(places.map(async (path) => (await stat(path)).uid));
  const own = process.geteuid?.();
  return { root: realRoot, gitDir, commonDir, foreign: owners.every((uid) => uid === own) ? [] : places };
}

/** Looks at a repository for registration: its branches, where it stands, and what will be switched off. */
export async function inspectRepository(git: GitRunner, root: string): Promise<RepositoryFacts> {
  const repo = await openRepository(root);
  const [branches, head] = await Promise.all([listBranches(git, repo), readHead(git, repo)]);
  const defaultBranch = await chooseDefaultBranch(git, repo, branches, head.branch);
  const sha = defaultBranch === undefined ? head.sha : await resolveBase(git, repo, defaultBranch);
  const attributes =
    sha === undefined ? undefined : await readFileAt(git, repo, sha, ".gitattributes", 1 << 20);
  const modules = sha === undefined ? undefined : await entryAt(git, repo, sha, ".gitmodules");
  return {
    root: repo.root,
    defaultBranch,
    branches,
    head,
    hasSubmodules: modules !== undefined,
    hasLfs: attributes !== undefined && /\bfilter=lfs\b/.test(attributes),
    gitConfigSnapshot: await readConfigSnapshot(git, repo.commonDir),
  };
}

/** The commit a local branch points to. Throws `invalid_ref` for a bad name or an unknown branch. */
export async function resolveBase(git: GitRunner, repo: Repository, branch: string): Promise<string> {
  checkRefName(branch);
  const { exitCode, stdout } = await git.run({
    gitDir: repo.commonDir,
    args: ["rev-parse", "--verify", "--quiet", "--end-of-options", `refs/heads/${branch}^{commit}`],
    allowFailure: true,
  });
  if (exitCode !== 0) {
    throw new HarnessError(
      "invalid_ref",
      `The repository has no local branch ${branch} with a commit. Name one of its branches, or make a first commit.`,
      {
        field: "base_branch",
        got: branch,
      },
    );
  }
  return stdout.trim();
}

/**
 * A file's text as it stands at a commit; never what lies on the disk. Undefined when there is no such regular file. Throws
 * `config_invalid` when it is larger than the cap.
 */
export async function readFileAt(
  git: GitRunner,
  repo: Repository,
  sha: string,
  path: string,
  capBytes: number,
): Promise<string | undefined> {
  const entry = await entryAt(git, repo, sha, path);
  if (entry === undefined || !entry.mode.startsWith("100")) return undefined;
  if (entry.size > capBytes) {
    throw new HarnessError(
      "config_invalid",
      `The file ${path} has ${entry.size} bytes; at most ${capBytes} are read.`,
    );
  }
  const { stdout } = await git.run({
    gitDir: repo.commonDir,
    args: ["cat-file", "blob", entry.object],
    outputCapBytes: capBytes * 3 + 16,
  });
  return stdout;
}

interface TreeEntry {
  readonly mode: string;
  readonly object: string;
  readonly size: number;
}

async function entryAt(
  git: GitRunner,
  repo: Repository,
  sha: string,
  path: string,
): Promise<TreeEntry | undefined> {
  checkObjectId(sha);
  const { stdout } = await git.run({
    gitDir: repo.commonDir,
    args: ["ls-tree", "-l", "--full-tree", "--end-of-options", sha, "--", path],
  });
  const match = /^(\d{6}) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/m.exec(stdout);
  if (match === null || unquotePath(match[4]!).toString() !== path) return undefined;
  return { mode: match[1]!, object: match[2]!, size: match[3] === "-" ? 0 : Number(match[3]) };
}

async function gitDirectoryOf(root: string): Promise<string> {
  const dotGit = join(root, ".git");
  const facts = await stat(dotGit).catch(() => undefined);
  if (facts?.isDirectory() === true) return realpath(dotGit);
  if (facts?.isFile() === true) {
    const target = /^gitdir: (.+?)\n?$/.exec(await readFile(dotGit, "utf8"))?.[1];
    if (target === undefined) throw notARepository(root);
    return realpath(resolve(root, target)).catch((cause: unknown) => {
      throw notARepository(root, cause);
    });
  }
  const isBare = (
    await Promise.all(["HEAD", "objects", "refs"].map((name) => exists(join(root, name))))
  ).every(Boolean);
  if (!isBare) throw notARepository(root);
  return root;
}

async function commonDirectoryOf(gitDir: string): Promise<string> {
  const text = await readFile(join(gitDir, "commondir"), "utf8").catch(() => undefined);
  if (text === undefined) return gitDir;
  const path = text.trim();
  return realpath(isAbsolute(path) ? path : join(gitDir, path));
}

/** The local branches of a repository. */
export async function listBranches(git: GitRunner, repo: Repository): Promise<string[]> {
  const { stdout } = await git.run({
    gitDir: repo.commonDir,
    args: ["for-each-ref", "--format=%(refname:strip=2)", "refs/heads/"],
  });
  return stdout.split("\n").filter((name) => name !== "");
}

async function readHead(git: GitRunner, repo: Repository): Promise<RepositoryFacts["head"]> {
  const branch = await git.run({
    gitDir: repo.gitDir,
    args: ["symbolic-ref", "--quiet", "HEAD"],
    allowFailure: true,
  });
  const sha = await git.run({
    gitDir: repo.gitDir,
    args: ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"],
    allowFailure: true,
  });
  return {
    branch: branch.exitCode === 0 ? branch.stdout.trim().replace(/^refs\/heads\//, "") : undefined,
    sha: sha.exitCode === 0 ? sha.stdout.trim() : undefined,
  };
}

async function chooseDefaultBranch(
  git: GitRunner,
  repo: Repository,
  branches: readonly string[],
  current: string | undefined,
): Promise<string | undefined> {
  const remote = await git.run({
    gitDir: repo.commonDir,
    args: ["symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"],
    allowFailure: true,
  });
  const wishes = [
    remote.stdout.trim().replace(/^refs\/remotes\/origin\//, ""),
    "main",
    "master",
    current ?? "",
  ];
  return wishes.find((name) => branches.includes(name)) ?? branches[0];
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function notARepository(root: string, cause?: unknown): HarnessError {
  return new HarnessError(
    "not_a_repository",
    `${root} is not the root of a git repository. Give the directory that holds .git.`,
    { field: "root", got: root },
    { cause },
  );
}
