import { readClaudeSettings } from "./claude-settings.ts";
import { faultOf } from "./fault.ts";
import { type RuleText, readRules } from "./read-rules.ts";
import { readRequirements } from "./requirements.ts";
import type { RuleFault, RuleFile } from "./rule.ts";

/** What a text is written in. */
export type RuleForm = "rules" | "requirements" | "claude";

/** A text to be read as rules. */
export interface RuleSource extends RuleText {
  readonly form: RuleForm;
}

/** What became of a text. */
export type ReadSource =
  | { readonly ok: true; readonly file: RuleFile }
  | { readonly ok: false; readonly fault: RuleFault };

const readers = {
  rules: readRules,
  requirements: readRequirements,
  claude: readClaudeSettings,
} as const satisfies Record<RuleForm, (text: RuleText) => RuleFile>;

/** Reads a text in its own form; a mistake in it is an answer with its place. */
export function readSource(source: RuleSource): ReadSource {
  try {
    return { ok: true, file: readers[source.form](source) };
  } catch (error) {
    return { ok: false, fault: faultOf(error, source.file, source.text) };
  }
}
