import type { ChangeJudgement, FinishedChange } from "./judge-change.ts";
import type { Rule, RuleFault } from "./rules/rule.ts";
import type {
  Decision,
  JudgedSegment,
  Judgement,
  RuleLayer,
  RuleMatch,
  ShellReading,
  ShellSegment,
} from "./verdict.ts";

/** What an agent asks leave for. */
export interface PolicyAction {
  /** What it wants to do, in a word: read, write, run, network, or the tool's own name. */
  readonly kind: string;
  /** The agent's own name of the tool it uses. */
  readonly tool?: string;
  /** The text it would give a shell. */
  readonly command?: string;
  /** Paths it names; relative ones are meant from the workspace. */
  readonly paths: readonly string[];
  /** What the tool is given; an `url` in it names a host unless `hosts` does. */
  readonly input?: unknown;
  /** Names of hosts it would reach. */
  readonly hosts?: readonly string[];
  /** One line for the record. */
  readonly summary: string;
}

/** A project's own rules as a person approved them, read from its base branch. */
export interface ProjectRules {
  readonly text: string;
  /** The file's name in the repository. */
  readonly file: string;
}

/** Where an action would happen, and who is there. */
export interface PolicyPlace {
  /** The working tree. */
  readonly workspace: string;
  readonly project_id: string | null;
  readonly profile: "allow_all" | "allow_listed" | "strict";
  /** Whether a person can be asked. */
  readonly attended: boolean;
  /** Null when the project has none, or nobody approved them. */
  readonly rules: ProjectRules | null;
  /** What the lists, directories and the profile say beyond the rules. */
  readonly settings?: PlaceSettings;
}

/** An answer with its reason. */
export interface Opinion {
  readonly decision: Decision;
  readonly reason: string;
}

/**
 * The operator's lists and profile. They are asked after the rules, told what the rules said, and heard where they
 * are stricter; null when they have nothing to add.
 */
export interface PlaceSettings {
  segment(segment: ShellSegment, rule: RuleMatch | null): Opinion | null;
  /** Of an action without a command. */
  action(action: PolicyAction, rule: RuleMatch | null): Opinion | null;
  /** Of a path no rule speaks of, in place of the default; it is absolute. */
  path?(target: string, access: "read" | "write"): Opinion | null;
  /** True when they forbid something: what cannot be read may then be that. */
  readonly strict?: boolean;
}

/** Reads what a shell would run. */
export interface ReadsShell {
  read(text: string): ShellReading;
}

/**
 * What answers every agent's question for permission.
 *
 *   rules that cannot be read → forbidden, with file and line
 *   tool, paths, hosts, each segment of the command: requirements and rules, then the default, then settings
 *   the strictest of all parts is the answer
 */
export interface Policy extends AsyncDisposable {
  judge(action: PolicyAction, place: PolicyPlace): Promise<Judgement>;
  /** What of a finished change must not be published without a person, or at all. */
  judgeChange(change: FinishedChange, rules: ProjectRules | null): Promise<ChangeJudgement>;
  /** Judges a command without counting it, and tells of every rule that was tried. */
  explain(command: string, place: PolicyPlace): Promise<Explanation>;
  /** What would judge by the rules in force, or by a text in place of the operator's rules; nothing is counted. */
  rehearse(
    text: string | null,
    project: ProjectRules | null,
  ): Promise<(action: PolicyAction, place: PolicyPlace) => Promise<Judgement>>;
  /** Reads the operator's files again: from then on they count as they are now. */
  load(): Promise<ListedRules>;
  list(project: ProjectRules | null): Promise<ListedRules>;
  /** Reads a text as a file of rules, or the operator's files as they are now, without effect. */
  check(given: { readonly file: string; readonly text: string } | null): Promise<ListedRules>;
}

/** Rules with what is known of their use, and what is wrong with their files. */
export interface ListedRules {
  readonly rules: readonly ListedRule[];
  /** With one of these nothing is allowed. */
  readonly faults: readonly RuleFault[];
  /** What of imported lists could not be said in rules. */
  readonly notes: readonly string[];
}

export interface ListedRule {
  readonly rule: Rule;
  /** What it speaks of, in one line. */
  readonly says: string;
  /** True for a requirement, which is heard above every layer. */
  readonly required: boolean;
  /** How often it matched an action. */
  readonly hits: number;
  readonly last_at: number | null;
}

/** A judgement with every rule that was tried on each segment. */
export interface Explanation extends Omit<Judgement, "segments"> {
  readonly segments: readonly (JudgedSegment & { readonly tried: readonly TriedRule[] })[];
}

export interface TriedRule {
  readonly id: string;
  readonly layer: RuleLayer;
  readonly decision: Decision;
  readonly says: string;
  readonly justification: string | null;
  /** The words it matched; null when it says nothing of the segment. */
  readonly matched: readonly string[] | null;
}
