import { type OperationName, operations, type Params } from "@harness/protocol";
import { type Command, Option } from "commander";
import { z } from "zod";
import { usageFailure } from "./failure.ts";

/** One way to give (a part of) a parameter on the command line. */
export interface OptionForm {
  /** As commander reads it: `--label <text>`. */
  readonly flags: string;
  readonly doc: string;
  /** The parameter it sets; `review.max_rounds` sets a part of one. */
  readonly path: string;
  /** May be given again; the values become a list. */
  readonly many?: true;
  /** What an option without a value stands for; `--no-…` stands for false unless told. */
  readonly value?: unknown;
  /** Turns the text into the value; throws a usage failure. */
  readonly read?: (text: string, flag: string) => unknown;
}

/** Options by parameter, in place of the ones made from the parameter's schema. */
export type OptionOverrides = Readonly<Record<string, readonly OptionForm[]>>;

/**
 * The options for the parameters of an operation, made from its schema when they are asked for: only the command that
 * was typed, or the help, does. `positional` ones get none.
 */
export function optionForms(
  name: OperationName,
  positional: readonly string[],
  overrides: OptionOverrides,
): () => readonly OptionForm[] {
  let made: readonly OptionForm[] | undefined;
  return () => {
    if (made) return made;
    const shape: Readonly<Record<string, z.ZodType>> = operations[name].params.shape;
    made = Object.entries(shape).flatMap(([param, schema]) => {
      if (positional.includes(param)) return [];
      return overrides[param] ?? formsOf(param, schema);
    });
    return made;
  };
}

/** Adds the options to a command. */
export function addOptions(command: Command, forms: readonly OptionForm[]): void {
  for (const form of forms) {
    const option = new Option(form.flags, form.doc);
    if (form.many)
      option.argParser((text: string, before: unknown) => [...(Array.isArray(before) ? before : []), text]);
    command.addOption(option);
  }
}

/** The parameters that were given as options. */
export function readOptions(
  forms: readonly OptionForm[],
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const form of forms) {
    const option = new Option(form.flags);
    const flag = option.long ?? form.flags;
    const raw = given[option.attributeName()];
    if (option.negate) {
      if (raw === false) put(params, form.path, form.value === undefined ? false : form.value);
    } else if (raw === true) put(params, form.path, form.value ?? true);
    else if (typeof raw === "string") put(params, form.path, form.read ? form.read(raw, flag) : raw);
    else if (Array.isArray(raw))
      put(
        params,
        form.path,
        raw.map((text: string) => (form.read ? form.read(text, flag) : text)),
      );
  }
  return params;
}

/**
 * Checks parameters against the operation's schema before anything is sent, and names what is wrong by the option
 * or argument the person typed.
 */
export function checkParams<N extends OperationName>(
  name: N,
  params: Record<string, unknown>,
  forms: readonly OptionForm[],
): Params<N> {
  const parsed = operations[name].params.safeParse(params);
  if (parsed.success) return params as Params<N>;
  const issue = parsed.error.issues[0];
  const field = (issue?.path ?? []).map(String).join(".");
  const head = field.split(".")[0] ?? "";
  const form = forms.find(({ path }) => path === field) ?? forms.find(({ path }) => path === head);
  const shown = form === undefined ? `<${head}>` : (new Option(form.flags).long ?? form.flags);
  throw usageFailure(`${shown}: ${issue?.message ?? "is not acceptable"}.`, { field });
}

/** Reads a number written plainly; `1e3`, `0x1` and blanks are refused. */
export function readNumber(text: string, flag: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(text))
    throw usageFailure(`${flag}: expected a number, got ${JSON.stringify(text)}.`, { field: flag });
  return Number(text);
}

/** What parameters mean whose schema does not say it. */
const docs: Readonly<Record<string, string>> = {
  title: "Short name shown in lists; made from the prompt unless told",
  agent: "Agent that does the work; auto picks one that is installed and logged in",
  model: "Model the agent uses",
  reviewer: "Agent that reviews the work",
  skip_triage: "Go without the triage stage",
  turn_timeout_secs: "Longest time of one agent turn, in seconds",
  stall_timeout_secs: "Longest silence of an agent, in seconds",
  max_budget_usd: "Most money the task may cost",
  max_tokens: "Most tokens the task may use",
  max_turns: "Agent turns the task may use in all",
  max_wall_secs: "Seconds the attempts of the task may run in all",
  max_attempts: "Attempts before the task fails",
  retry_base_backoff_ms: "Pause before the second attempt, in milliseconds; it doubles",
  retry_max_backoff_ms: "Longest pause between attempts, in milliseconds",
  source: "Where the task comes from",
  external_id: "Its id there",
  status: "Only with this status",
  kind: "Only of this kind",
  label: "Only with this label",
  cursor: "Go on after this page, as the page before said",
  reason: "Why, for the record",
  base_branch: "Branch the work starts from",
  branch_prefix: "Prefix of published branches",
  validation_timeout_secs: "Longest time of one validation command, in seconds",
  max_concurrent: "Tasks of the project at a time",
  default: "Take this project for tasks that name none",
  after_seq: "Only events after this number",
  attempt_id: "Only of this attempt",
  sha256: "Hash of the file as it was shown to you",
};

function formsOf(param: string, schema: z.ZodType): OptionForm[] {
  const name = param.replaceAll("_", "-");
  const inner = unwrapped(schema);
  const doc = schema.description ?? inner.description ?? docs[param] ?? sentence(param);
  if (inner instanceof z.ZodBoolean)
    return [
      { flags: `--${name}`, doc, path: param },
      { flags: `--no-${name}`, doc: `The opposite of --${name}`, path: param },
    ];
  if (inner instanceof z.ZodNullable && inner.unwrap() instanceof z.ZodNumber)
    return [
      { flags: `--${name} <number>`, doc, path: param, read: readNumber },
      { flags: `--no-${name}`, doc: `No limit of --${name}`, path: param, value: null },
    ];
  if (inner instanceof z.ZodNumber)
    return [{ flags: `--${name} <number>`, doc, path: param, read: readNumber }];
  if (inner instanceof z.ZodEnum)
    return [{ flags: `--${name} <word>`, doc: `${doc}: ${inner.options.join(", ")}`, path: param }];
  if (inner instanceof z.ZodArray) {
    const element: unknown = inner.element;
    const words = element instanceof z.ZodEnum && element.options.length <= 15 ? element.options : [];
    const choices = words.length > 0 ? `: ${words.join(", ")}` : "";
    return [{ flags: `--${name} <text>`, doc: `${doc}${choices} (repeatable)`, path: param, many: true }];
  }
  return [{ flags: `--${name} <text>`, doc, path: param }];
}

function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap() as z.ZodType) : schema;
}

function sentence(param: string): string {
  const words = param.replaceAll("_", " ");
  return `${words[0]?.toUpperCase() ?? ""}${words.slice(1)}`;
}

function put(params: Record<string, unknown>, path: string, value: unknown): void {
  const [head = "", ...rest] = path.split(".");
  if (rest.length === 0) params[head] = value;
  else {
    const inner = (params[head] ?? {}) as Record<string, unknown>;
    params[head] = inner;
    put(inner, rest.join("."), value);
  }
}
