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
  /**
   * For each wrapper of `via` the command as it was written with it: a rule that forbids or asks about the wrapper
   * (`bash -c`, `env`) holds for these words. One that allows it says nothing of the command inside.
   */
  readonly wrappers: readonly (readonly ShellWord[])[];
  /**
   * What is set for this command alone: `LANG=C sort`, `env CI=1 npm test`. A variable that may change what programs
   * do (anything not known to be harmless) adds a segment of its own whose only word is not literal.
   */
  readonly assignments: readonly ShellAssignment[];
  readonly redirects: readonly ShellRedirect[];
}

export interface ShellAssignment {
  readonly name: string;
  readonly value: ShellWord;
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

/**
 * A shell text read whole, or why it could not be: then nothing of it is known. No segments: no program is run. What
 * of a text that was read is known only when it runs (`eval "$X"`, `sh` fed by a pipe) is a segment whose only word
 * is not literal.
 */
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
