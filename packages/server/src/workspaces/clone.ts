import { constants, copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkObjectId, checkRefName, type GitRunner } from "../git/index.ts";
import { copyIfThere } from "./files.ts";
import type { Layout } from "./layout.ts";
import type { Mirrors } from "./mirror.ts";
import { layOutRepository } from "./new-repository.ts";

/** The branch an agent finds itself on in its own clone. */
export const WORK_BRANCH = "work";

// An agent may commit in its clone; what it commits is not what is published.
const AGENT_CONFIG =
  "[user]\n\tname = Harness agent\n\temail = agent@harness.localhost\n[commit]\n\tgpgSign = false\n";

/** What making a clone needs. */
export interface CloneDeps {
  readonly git: GitRunner;
  readonly mirrors: Mirrors;
  readonly layout: Layout;
}

/** What a clone of the project at one commit needs to know. */
export interface CloneSpec {
  readonly projectId: string;
  readonly sha: string;
  /** Where the working tree goes; must not exist. */
  readonly tree: string;
  /** A branch of that name is set to the same commit, so that `git diff <base>` works for the agent. */
  readonly baseBranch?: string;
  /** Paths the clone's own git should not show. */
  readonly exclude?: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Makes a complete repository with its working tree at a commit. Every file is a copy: with shared inodes (hard links) whoever may
 * write the clone could damage the mirror. It knows no remote, so nothing can be pushed from it.
 */
export async function makeClone(deps: CloneDeps, spec: CloneSpec): Promise<void> {
  const { git, mirrors } = deps;
  checkObjectId(spec.sha);
  const base = deps.layout.base(spec.projectId);
  const gitDir = join(spec.tree, ".git");
  await layOutRepository(gitDir, { bare: false, likeSha: spec.sha, head: WORK_BRANCH, config: AGENT_CONFIG });
  const needsMore = await mirrors.exclusive(spec.projectId, async () => {
    await copyObjects(join(base, "objects"), join(gitDir, "objects"));
    await copyIfThere(join(base, "shallow"), join(gitDir, "shallow"));
    return !(await mirrors.baseHolds(spec.projectId, spec.sha));
  });
  if (needsMore) await mirrors.give(spec.projectId, spec.sha, { gitDir, signal: spec.signal });
  await writeBranches(gitDir, spec);
  await git.run({
    gitDir,
    workTree: spec.tree,
    args: ["read-tree", "--reset", "-u", spec.sha],
    signal: spec.signal,
  });
  await mkdir(join(gitDir, "info"), { recursive: true });
  await writeFile(join(gitDir, "info", "exclude"), (spec.exclude ?? []).map(excludePattern).join(""));
}

// Nobody else has seen this repository yet, so its refs are written as the files they are.
async function writeBranches(gitDir: string, spec: CloneSpec): Promise<void> {
  const names = new Set([WORK_BRANCH, spec.baseBranch ?? WORK_BRANCH]);
  for (const name of names) {
    checkRefName(name);
    const file = join(gitDir, "refs", "heads", name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${spec.sha}\n`);
  }
}

// A reflink, where the file system has them, is as separate as a copy and costs nothing.
async function copyObjects(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyObjects(source, target);
    else if (entry.isFile()) await copyFile(source, target, constants.COPYFILE_FICLONE);
  }
}

function excludePattern(name: string): string {
  return `/${name.replace(/[*?[\]\\!#]/g, "\\$&")}\n`;
}
