import { type DiffFile, type DiffWatch, judgeDiff, type ProtectedChange } from "./protected/judge-diff.ts";
import { globExpression } from "./rules/glob.ts";
import { type DiffRule, matchOf, type RuleSet } from "./rules/rule.ts";
import { deciding, isStricter } from "./rules/strictness.ts";
import type { RuleMatch } from "./verdict.ts";

/** One file of a finished change. */
export interface ChangedFile extends DiffFile {
  /** Lines added and removed; null when nobody counted, as for a binary file. */
  readonly lines: number | null;
}

/** Work that is proven and reviewed, before it is published. */
export interface FinishedChange {
  readonly files: readonly ChangedFile[];
  /** What the files that must be read to be judged look like now, by path. */
  readonly patches: ReadonlyMap<string, string>;
  /** What is protected where no rule speaks. */
  readonly watch: DiffWatch;
}

/** What of a change needs a person's leave, and what nobody can allow; both empty when the change is free. */
export interface ChangeJudgement {
  readonly asks: readonly ProtectedChange[];
  readonly forbidden: readonly ProtectedChange[];
}

/**
 * Judges what a finished change touches: its files one by one, then how much it alters. The built-in kinds of protected
 * files are the lowest layer, so a rule of the project or the operator that speaks of a file decides in their place; what
 * the configuration names stands beside the project's rules, so only the operator's takes it off.
 */
export function judgeChange(set: RuleSet, { files, patches, watch }: FinishedChange): ChangeJudgement {
  const guards = set.rules
    .filter((rule) => rule.kind === "protected")
    .map((rule) => ({ rule, globs: rule.paths.map((glob) => new RegExp(globExpression(glob), "sui")) }));
  const watched = new Map(judgeDiff(files, patches, watch).map((change) => [change.path, change]));
  const found: { readonly change: ProtectedChange; readonly rule: RuleMatch }[] = [];
  for (const file of files) {
    const standing = watched.get(file.path);
    const spoken = pathsOf(file).map((path) => {
      const fits = guards.filter(({ globs }) => globs.some((glob) => glob.test(path)));
      const said = fits.map(({ rule }) => matchOf(rule, [path]));
      return deciding([...said, ...(standing === undefined ? [] : [matchOfWatched(standing)])], []);
    });
    const rule = strictest(spoken);
    if (rule !== undefined)
      found.push({
        rule,
        change: isWatched(rule, standing) ? standing : byRule(file.path, file.status, rule),
      });
  }
  for (const rule of set.rules) {
    const about = rule.kind === "diff" ? beyond(rule, files) : undefined;
    if (about === undefined) continue;
    const match = matchOf(rule, [about]);
    found.push({ rule: match, change: byRule(about, "modified", match) });
  }
  const decided = (decision: RuleMatch["decision"]) =>
    found.filter(({ rule }) => rule.decision === decision).map(({ change }) => change);
  return { asks: decided("prompt"), forbidden: decided("forbidden") };
}

/** A file that is moved counts at both ends: a place is protected from what leaves it too. */
function pathsOf({ path, oldPath, status }: ChangedFile): readonly string[] {
  return oldPath !== undefined && status === "renamed" ? [path, oldPath] : [path];
}

function strictest(matches: readonly (RuleMatch | undefined)[]): RuleMatch | undefined {
  return matches.reduce(
    (so_far, one) =>
      one !== undefined && (so_far === undefined || isStricter(one.decision, so_far.decision)) ? one : so_far,
    undefined,
  );
}

/** What is protected without a rule, as a rule is heard. */
function matchOfWatched({ path, set, why }: ProtectedChange): RuleMatch {
  const layer = set === "configured" ? "project" : "default";
  return { id: `watched:${set}`, layer, decision: "prompt", matched: [path], justification: why };
}

function isWatched(rule: RuleMatch, standing: ProtectedChange | undefined): standing is ProtectedChange {
  return standing !== undefined && rule.id === matchOfWatched(standing).id;
}

function byRule(path: string, status: ProtectedChange["status"], rule: RuleMatch): ProtectedChange {
  const why = `rule ${rule.id}${rule.justification === null ? "" : `: ${rule.justification}`}`;
  return { path, status, set: "rule", why };
}

/** How a change goes beyond a limit; a file whose lines nobody counted counts as one line. */
function beyond(
  { paths, max_files, max_lines }: DiffRule,
  files: readonly ChangedFile[],
): string | undefined {
  const globs = paths.map(globExpression);
  const meant = files.filter(({ path }) => globs.some((glob) => glob.test(path)));
  const lines = meant.reduce((sum, file) => sum + (file.lines ?? 1), 0);
  const where = paths.join(" ");
  if (max_files !== null && meant.length > max_files)
    return `${meant.length} files of ${where}, more than ${max_files}`;
  if (max_lines !== null && lines > max_lines) return `${lines} lines of ${where}, more than ${max_lines}`;
  return undefined;
}
