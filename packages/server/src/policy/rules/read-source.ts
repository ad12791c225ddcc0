import { faultOf } from "./fault.ts";
import { type RuleText, readRules } from "./read-rules.ts";
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

/** Reads a text in its own form; a mistake in it is an answer with its place. */
export async function readSource(source: RuleSource): Promise<ReadSource> {
  const read = await readerOf(source.form);
  try {
    return { ok: true, file: read(source) };
  } catch (error) {
    return { ok: false, fault: faultOf(error, source.file, source.text) };
  }
}

/** What reads a form; what the other forms need is loaded only for them. */
async function readerOf(form: RuleForm): Promise<(text: RuleText) => RuleFile> {
  if (form === "requirements") return (await import("./requirements.ts")).readRequirements;
  if (form === "claude") return (await import("./claude-settings.ts")).readClaudeSettings;
  return readRules;
}
