import { globExpression } from "./rules/glob.ts";
import { type DiffRule, matchOf, type ProtectedRule, type RuleSet } from "./rules/rule.ts";
import { deciding, stricter } from "./rules/strictness.ts";
import type { Decision, RuleMatch } from "./verdict.ts";

/** One file of a finished change. */
export interface ChangedFile {
  /** From the root of the repository. */
  readonly path: string;
  /** Lines added and removed; null when nobody counted, as for a binary file. */
  readonly lines: number | null;
}

/** Files protected unless a rule of the operator or the project says otherwise. */
export interface DefaultProtection {
  /** Globs from the root of the repository. */
  readonly paths: readonly string[];
  readonly justification: string;
}

/** What the rules say of a finished change. */
export interface ChangeJudgement {
  readonly decision: Decision;
  /** The files and limits that decided, with their rules; empty when the change is free. */
  readonly findings: readonly { readonly about: string; readonly rule: RuleMatch }[];
}

/** Judges what a finished change touches: protected files one by one, then how much it alters. */
export function judgeChange(
  set: RuleSet,
  files: readonly ChangedFile[],
  defaults: readonly DefaultProtection[] = [],
): ChangeJudgement {
  const guards = [...set.rules.filter((rule) => rule.kind === "protected"), ...defaults.map(asRule)];
  const ready = guards.map((rule) => ({
    rule,
    globs: rule.paths.map((glob) => new RegExp(globExpression(glob), "sui")),
  }));
  const findings: { about: string; rule: RuleMatch }[] = [];
  for (const { path } of files) {
    const fits = ready.filter(({ globs }) => globs.some((glob) => glob.test(path)));
    const rule = deciding(
      fits.map((one) => matchOf(one.rule, [path])),
      [],
    );
    if (rule !== undefined && rule.decision !== "allow") findings.push({ about: path, rule });
  }
  for (const rule of set.rules) {
    const about = rule.kind === "diff" ? beyond(rule, files) : undefined;
    if (about !== undefined && rule.decision !== "allow")
      findings.push({ about, rule: matchOf(rule, [about]) });
  }
  const decision = findings.reduce<Decision>((so_far, { rule }) => stricter(so_far, rule.decision), "allow");
  return { decision, findings };
}

function asRule({ paths, justification }: DefaultProtection, at: number): ProtectedRule {
  const place = {
    id: `default:protected:${at + 1}`,
    layer: "default",
    file: "default",
    line: at + 1,
  } as const;
  return { ...place, kind: "protected", decision: "prompt", justification, paths };
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
