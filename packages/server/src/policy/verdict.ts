/** What the policy says of an action. Of several the strictest holds: forbidden before prompt before allow. */
export type Decision = "allow" | "prompt" | "forbidden";

/** Where a rule comes from. A higher layer that says anything of an action is heard before a lower one. */
export type RuleLayer = "operator" | "project" | "default";

/** A rule that says something of an action. */
export interface RuleMatch {
  /** Unique among all rules in force: layer, file and line. */
  readonly id: string;
  readonly layer: RuleLayer;
  readonly decision: Decision;
  /** The words of the action the rule's pattern covers. */
  readonly matched: readonly string[];
  readonly justification: string | null;
}

/**
 * One command a shell text would run, wrappers taken off: `sudo timeout 5 rm -rf x` is the segment `rm -rf x`, via
 * `sudo` and `timeout`. A word that is known only when it runs (`$X`, `$(…)`, a glob) is not literal.
 */
export interface ShellSegment {
  readonly words: readonly ShellWord[];
  /** The segment as it stands in the text. */
  readonly text: string;
  /** Wrappers that were taken off, outermost first. */
  readonly via: readonly string[];
  readonly redirects: readonly ShellRedirect[];
}

export interface ShellWord {
  /** The value after quotes and escapes; for a word that is not literal, as it is written. */
  readonly text: string;
  readonly literal: boolean;
}

export interface ShellRedirect {
  readonly mode: "read" | "write";
  readonly target: ShellWord;
}

/** A shell text read whole, or why it could not be: then nothing of it is known. */
export type ShellReading =
  | { readonly ok: true; readonly segments: readonly ShellSegment[] }
  | { readonly ok: false; readonly reason: string; readonly offset: number };

/** How one segment was judged. */
export interface JudgedSegment {
  readonly segment: ShellSegment;
  readonly decision: Decision;
  readonly reason: string;
  /** Every rule that matched, the deciding one first. Empty when no rule says anything. */
  readonly matches: readonly RuleMatch[];
}

/** The policy's answer, and everything that led to it. */
export interface Judgement {
  readonly decision: Decision;
  /** One sentence that names the rule or setting that decided, with its justification. */
  readonly reason: string;
  /** The rule that decided; null when a setting or the absence of rules did. */
  readonly rule: RuleMatch | null;
  /** For an action with a command. */
  readonly segments: readonly JudgedSegment[];
}
