import { type GitRunner, refNameIsAcceptable } from "../git/index.ts";
import type { Repository } from "./repository.ts";

/** A local branch a task can begin at. */
export interface Branch {
  readonly name: string;
  readonly commit: string;
  /** When its newest commit was made (epoch milliseconds); the commit says so, whoever made it. */
  readonly committed_at: number | null;
}

/** Some branches of a repository. */
export interface Branches {
  readonly branches: readonly Branch[];
  readonly has_more: boolean;
  /** Branches whose names nothing can be begun at: they hold what a shell or a reader could take for something else. */
  readonly left_out: number;
}

/** The refs that are looked at: a repository may hold as many as an agent liked to make. */
const MOST_REFS = 5_000;
const OUTPUT_CAP_BYTES = 4 * 1024 * 1024;
const LINE = /^([0-9a-f]{40,64}) commit (-?\d+) refs\/heads\/(.+)$/;

/** Local branches, those with the newest commits first. A name that no task could begin at is counted, not shown. */
export async function readBranches(git: GitRunner, repo: Repository, most: number): Promise<Branches> {
  const { stdout, cut } = await git.run({
    gitDir: repo.commonDir,
    args: [
      "for-each-ref",
      "--sort=refname",
      "--sort=-committerdate",
      `--count=${MOST_REFS + 1}`,
      "--format=%(objectname) %(objecttype) %(committerdate:unix) %(refname)",
      "refs/heads/",
    ],
    outputCapBytes: OUTPUT_CAP_BYTES,
    safeDirectories: repo.foreign,
  });
  const lines = stdout.split("\n").filter(Boolean);
  const found = lines.map(branchOf);
  const branches = found.filter((branch) => branch !== undefined);
  return {
    branches: branches.slice(0, most),
    has_more: cut || lines.length > MOST_REFS || branches.length > most,
    left_out: found.length - branches.length,
  };
}

function branchOf(line: string): Branch | undefined {
  const [, commit, seconds, name] = LINE.exec(line) ?? [];
  if (commit === undefined || name === undefined || !refNameIsAcceptable(name)) return undefined;
  const at = Number(seconds) * 1000;
  // A commit may claim any time.
  return { name, commit, committed_at: Math.abs(at) <= 8.64e15 ? at : null };
}
