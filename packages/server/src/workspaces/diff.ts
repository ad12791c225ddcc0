import { createHash } from "node:crypto";
import { checkObjectId, type GitRunner } from "../git/index.ts";
import type { Layout } from "./layout.ts";
import type { ChangedFile, Diff, DiffStat } from "./workspace.ts";

const STATUS: Readonly<Record<string, ChangedFile["status"]>> = {
  A: "added",
  M: "modified",
  D: "deleted",
  R: "renamed",
  C: "copied",
  T: "type_changed",
};

/** Two commits to compare, in a bare repository of ours, where no attribute of the tree can hide a change. */
export interface DiffSpec {
  readonly gitDir: string;
  readonly from: string;
  readonly to: string;
  readonly paths?: readonly string[];
  /** Lines that differ in white space only are no change, and a file with no other is not in it. */
  readonly ignoreWhitespace?: boolean;
  readonly signal?: AbortSignal;
}

/** The commit a snapshot in a project's mirror was made on. */
export async function parentOf(
  git: GitRunner,
  layout: Layout,
  { projectId, sha }: InMirror,
): Promise<string> {
  checkObjectId(sha);
  const args = ["rev-parse", "--verify", "--end-of-options", `${sha}^1`];
  return (await git.run({ gitDir: layout.mirror(projectId), args })).stdout.trim();
}

/** A commit of a project's mirror. */
export interface InMirror {
  readonly projectId: string;
  readonly sha: string;
}

/** Two commits of a project's mirror to compare. */
export type ProjectDiff = { readonly projectId: string } & Omit<DiffSpec, "gitDir">;

/** The change as a unified diff up to a cap, and every file it touches. */
export async function readDiff(git: GitRunner, spec: DiffSpec, capBytes: number): Promise<Diff> {
  const files = await changedFiles(git, spec);
  const how = ["-p", "-r", "-M", "-l1000", "--src-prefix=a/", "--dst-prefix=b/", ...blanks(spec)];
  const { stdout, cut } = await git.run({
    gitDir: spec.gitDir,
    args: ["diff-tree", ...how, ...range(spec)],
    outputCapBytes: capBytes,
    signal: spec.signal,
  });
  return { text: stdout, cut, files };
}

/** The files a change touches, with their lines. */
export async function changedFiles(git: GitRunner, spec: DiffSpec): Promise<ChangedFile[]> {
  const { stdout } = await git.run({
    gitDir: spec.gitDir,
    args: ["diff-tree", "-r", "-M", "-l1000", "--raw", "--numstat", "-z", ...blanks(spec), ...range(spec)],
    outputCapBytes: Number.POSITIVE_INFINITY,
    signal: spec.signal,
  });
  return parseRawAndNumstat(stdout);
}

/**
 * Names exactly this change: of every path the modes and object ids on both sides, whatever the commits around it.
 * Other bytes are another change.
 */
export async function changeId(git: GitRunner, spec: DiffSpec): Promise<string> {
  const { stdout } = await git.run({
    gitDir: spec.gitDir,
    args: ["diff-tree", "-r", "--raw", "--no-renames", "--no-abbrev", "-z", ...range(spec)],
    outputCapBytes: Number.POSITIVE_INFINITY,
    signal: spec.signal,
  });
  return createHash("sha256").update(stdout).digest("hex");
}

/** Adds up a list of changed files. */
export function statOf(files: readonly ChangedFile[]): DiffStat {
  const sum = (pick: (file: ChangedFile) => number | undefined): number =>
    files.reduce((total, file) => total + (pick(file) ?? 0), 0);
  return {
    files: files.length,
    insertions: sum((file) => file.insertions),
    deletions: sum((file) => file.deletions),
  };
}

/**
 * Reads what `diff-tree --raw --numstat -z` prints: all raw entries, then the counts. A file without counts, whose white
 * space alone changed while that is ignored, is left out.
 */
export function parseRawAndNumstat(output: string): ChangedFile[] {
  const fields = output.split("\0");
  const files: Omit<ChangedFile, "insertions" | "deletions">[] = [];
  let i = 0;
  while (fields[i]?.startsWith(":") === true) {
    const letter = fields[i]!.split(" ")[4]![0]!;
    const moved = letter === "R" || letter === "C";
    const [first, second] = [fields[i + 1]!, fields[i + 2]!];
    files.push({
      status: STATUS[letter] ?? "modified",
      ...(moved ? { path: second, oldPath: first } : { path: first }),
    });
    i += moved ? 3 : 2;
  }
  const counts = new Map<string, Pick<ChangedFile, "insertions" | "deletions">>();
  for (let field = fields[i]; field !== undefined && field !== ""; field = fields[i]) {
    const [insertions, deletions, ...rest] = field.split("\t");
    const path = rest.join("\t");
    counts.set(path === "" ? fields[i + 2]! : path, {
      insertions: count(insertions),
      deletions: count(deletions),
    });
    // A rename's counts end in an empty path; the two paths follow as fields of their own.
    i += path === "" ? 3 : 1;
  }
  return files.flatMap((file) => {
    const counted = counts.get(file.path);
    return counted === undefined ? [] : [{ ...file, ...counted }];
  });
}

function blanks({ ignoreWhitespace }: DiffSpec): string[] {
  return ignoreWhitespace === true ? ["--ignore-all-space"] : [];
}

function count(text: string | undefined): number | undefined {
  return text === undefined || text === "-" ? undefined : Number(text);
}

function range(spec: DiffSpec): string[] {
  checkObjectId(spec.from);
  checkObjectId(spec.to);
  const paths = spec.paths ?? [];
  return ["--end-of-options", spec.from, spec.to, ...(paths.length === 0 ? [] : ["--", ...paths])];
}
