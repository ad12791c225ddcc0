import type { Decision, Judgement, RuleMatch, ShellReading, ShellSegment } from "./verdict.ts";

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
export interface Policy {
  judge(action: PolicyAction, place: PolicyPlace): Promise<Judgement>;
}
