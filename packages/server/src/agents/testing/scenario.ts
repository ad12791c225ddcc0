import { readFile } from "node:fs/promises";
import { z } from "zod";

/** What a scripted review answers; the same shape a reviewing agent must answer. */
const ScriptedVerdict = z.strictObject({
  verdict: z.enum(["approved", "changes_requested"]),
  summary: z.string(),
  findings: z
    .array(
      z.strictObject({
        file: z.string(),
        line: z.number().int().min(0),
        severity: z.enum(["critical", "high", "medium", "low"]),
        title: z.string(),
        scenario: z.string(),
      }),
    )
    .default([]),
});

/** Tokens a scripted answer claims to have used. */
const ScriptedUsage = z.strictObject({
  input_tokens: z.number().int().min(0),
  output_tokens: z.number().int().min(0),
  cached_tokens: z.number().int().min(0).default(0),
});
export type ScriptedUsage = z.infer<typeof ScriptedUsage>;

/** One thing a scripted answer does, in words that do not depend on the client that will execute it. */
export const Verb = z.union([
  z.strictObject({ say: z.string() }),
  z.strictObject({ write_file: z.strictObject({ path: z.string(), content: z.string() }) }),
  z.strictObject({ read_file: z.strictObject({ path: z.string() }) }),
  z.strictObject({
    run: z.union([
      z.strictObject({ argv: z.array(z.string()).min(1) }),
      z.strictObject({ cmd: z.string().min(1) }),
    ]),
  }),
  z.strictObject({
    tool: z.strictObject({ name: z.string(), input: z.record(z.string(), z.json()) }),
  }),
  z.strictObject({
    ask: z.strictObject({ question: z.string(), options: z.array(z.string()).min(2) }),
  }),
  z.strictObject({ review_verdict: ScriptedVerdict }),
  z.strictObject({
    error: z.strictObject({
      status: z.number().int().min(400).max(599),
      type: z.string().default("api_error"),
      message: z.string(),
      headers: z.record(z.string(), z.string()).default({}),
      /** Further fields of the error in the body. */
      details: z.record(z.string(), z.json()).default({}),
    }),
  }),
  z.strictObject({ delay_ms: z.number().int().min(0) }),
  z.strictObject({ usage: ScriptedUsage }),
]);
export type Verb = z.infer<typeof Verb>;

/** Which turns a step answers. Every condition that is given must hold; none means every turn. */
const StepMatch = z.strictObject({
  /** The text after `Role:` on a line of its own in the prompt. */
  role: z.string().optional(),
  /** The number after `Round:` on a line of its own in the prompt. */
  round: z.number().int().optional(),
  /** A regular expression on the prompt; `^` and `$` match at lines. */
  prompt: z.string().optional(),
  /** How many prompts the conversation has had, this one included. */
  turn: z.number().int().min(1).optional(),
});

const Step = z.strictObject({
  name: z.string(),
  match: StepMatch.default({}),
  /** One entry for each model call of the turn; a call after the last is told so in plain text. */
  answers: z.array(z.array(Verb).min(1)).min(1),
});
export type Step = z.infer<typeof Step>;

/**
 * A script for the scripted model. The first step whose `match` holds for the newest prompt of a conversation
 * answers that turn; the number of answers already in the history since that prompt selects the entry of
 * `answers`. Nothing is remembered between calls, so a scenario survives a restart of the server and any number
 * of conversations at once.
 *
 * ```json
 * { "name": "fix-sum", "steps": [
 *   { "name": "implement", "match": { "role": "implementer" }, "answers": [
 *     [{ "write_file": { "path": "sum.mjs", "content": "export const sum = (a, b) => a + b;\n" } }],
 *     [{ "say": "Fixed the sum." }] ] },
 *   { "name": "review", "match": { "role": "reviewer" }, "answers": [
 *     [{ "review_verdict": { "verdict": "approved", "summary": "Correct." } }] ] } ] }
 * ```
 * Verbs: `say`, `write_file`, `read_file`, `run {argv | cmd}`, `tool {name, input}` (as it is),
 * `ask {question, options}` (of a person, where the client can), `review_verdict`,
 * `error {status, type, message, headers, details}` (the whole answer is an HTTP error), `delay_ms` (before the answer),
 * `usage`. Paths are relative to the workspace.
 */
export const Scenario = z.strictObject({
  name: z.string(),
  /** The model's name; it always starts with `scripted-`, so that no record can mistake it for a real one. */
  model: z
    .string()
    .regex(/^scripted-[a-z0-9.-]+$/)
    .default("scripted-1"),
  steps: z.array(Step).min(1),
});
export type Scenario = z.infer<typeof Scenario>;
/** A scenario as written, with defaults left out. */
export type ScenarioInput = z.input<typeof Scenario>;

/** Reads a scenario file (JSON). Throws a ZodError that names the field when it is wrong. */
export async function readScenario(path: string): Promise<Scenario> {
  return Scenario.parse(JSON.parse(await readFile(path, "utf8")));
}
