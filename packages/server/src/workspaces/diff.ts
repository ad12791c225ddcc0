import { createHash } from "node:crypto";
import { checkObjectId, type GitRunner } from "../git/index.ts";
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
  readonly signal?: AbortSignal;
}

/** Two commits of a project's mirror to compare. */
export type ProjectDiff = { readonly projectId: string } & Omit<DiffSpec, "gitDir">;

/** The change as a unified diff up to a cap, and every file it touches. */
export async function readDiff(git: GitRunner, spec: DiffSpec, capBytes: number): Promise<Diff> {
  const files = await changedFiles(git, spec);
  const { stdout, cut } = await git.run({
    gitDir: spec.gitDir,
    args: ["diff-tree", "-p", "-r", "-M", "-l1000", "--src-prefix=a/", "--dst-prefix=b/", ...range(spec)],
    outputCapBytes: capBytes,
    signal: spec.signal,
  });
  return { text: stdout, cut, files };
}

/** The files a change touches, with their lines. */
export async function changedFiles(git: GitRunner, spec: DiffSpec): Promise<ChangedFile[]> {
  const { stdout } = await git.run({
    gitDir: spec.gitDir,
    args: ["diff-tree", "-r", "-M", "-l1000", "--raw", "--numstat", "-z", ...range(spec)],
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

/** Reads what `diff-tree --raw --numstat -z` prints: all raw entries, then the counts in the same order. */
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
  return files.map((file) => {
    const [insertions, deletions, path] = fields[i]!.split("\t");
    // A rename's counts end in an empty path; the two paths follow as fields of their own.
    i += path === "" ? 3 : 1;
    return { ...file, insertions: count(insertions), deletions: count(deletions) };
  });
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
