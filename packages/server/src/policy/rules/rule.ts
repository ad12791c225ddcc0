import type { Decision, RuleLayer, RuleMatch } from "../verdict.ts";

/** Largest file of rules. */
export const MOST_SOURCE_BYTES = 512 * 1024;

/** What every rule has. */
interface RuleBase {
  /** Unique among all rules in force: layer, file and line. */
  readonly id: string;
  readonly layer: RuleLayer;
  /** The file it stands in, as a person knows it. */
  readonly file: string;
  readonly line: number;
  readonly decision: Decision;
  readonly justification: string | null;
}

/** Says something of commands that begin with its words; each place holds the words it may be. */
export interface CommandRule extends RuleBase {
  readonly kind: "command";
  readonly pattern: readonly (readonly string[])[];
  /** True when nothing may follow the words. */
  readonly exact: boolean;
  /** The whole command with `*` for any letters, where the words alone do not say it. */
  readonly whole: string | null;
}

/** Says something of reading or writing paths: globs, relative to the workspace unless they begin with / or ~. */
export interface PathRule extends RuleBase {
  readonly kind: "path";
  readonly paths: readonly string[];
  readonly access: readonly PathAccess[];
}

export type PathAccess = "read" | "write";

/** Says something of network hosts: a name, `*.example.com` for everything below it, or `*`. */
export interface HostRule extends RuleBase {
  readonly kind: "host";
  readonly hosts: readonly string[];
}

/** Says something of tools by the agent's own name for them; `*` stands for any letters. */
export interface ToolRule extends RuleBase {
  readonly kind: "tool";
  readonly tools: readonly string[];
}

/** Files of the repository whose change a finished diff may not hold, or only with a person's leave. */
export interface ProtectedRule extends RuleBase {
  readonly kind: "protected";
  readonly paths: readonly string[];
}

/** How much of a kind of file one diff may change before it is asked about or refused. */
export interface DiffRule extends RuleBase {
  readonly kind: "diff";
  readonly paths: readonly string[];
  readonly max_files: number | null;
  readonly max_lines: number | null;
}

export type Rule = CommandRule | PathRule | HostRule | ToolRule | ProtectedRule | DiffRule;

/** Where the program of a name may lie; an absolute path counts as the name only when it is one of these. */
export interface HostExecutable {
  readonly name: string;
  readonly paths: readonly string[];
}

/** Everything one file says. */
export interface RuleFile {
  readonly file: string;
  readonly layer: RuleLayer;
  readonly rules: readonly Rule[];
  readonly executables: readonly HostExecutable[];
  /** What of it could not be said in rules, with file and line. */
  readonly notes: readonly string[];
}

/** Why a file cannot be used, and where. With one in force nothing is allowed. */
export interface RuleFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** All rules that are in force somewhere. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly executables: readonly HostExecutable[];
  /** Stricter than every layer: a match is heard whatever else matches. */
  readonly requirements: readonly CommandRule[];
  readonly faults: readonly RuleFault[];
}

/** Nothing: what is in force until somebody writes a rule. */
export const noRules: RuleSet = { rules: [], executables: [], requirements: [], faults: [] };

/** A rule as the record of a judgement names it. */
export function matchOf(rule: Rule, matched: readonly string[], decision = rule.decision): RuleMatch {
  return { id: rule.id, layer: rule.layer, decision, matched, justification: rule.justification };
}

/** `file:line:column: message`. */
export function faultText(fault: RuleFault): string {
  return `${fault.file}:${fault.line}:${fault.column}: ${fault.message}`;
}
