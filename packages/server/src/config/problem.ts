import { HarnessError } from "@harness/protocol";
import { z } from "zod";
import { nearest } from "./nearest.ts";

/** Something in the settings that takes effect differently from what was written, told at start and by `doctor`. */
export interface ConfigWarning {
  readonly code: "not_yet" | "ignored" | "unsafe" | "unknown_variable";
  /** The dotted path of the setting or table, or the name of the variable. */
  readonly field: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

/** One mistake in a source of settings. */
export interface Problem {
  readonly field: string;
  readonly message: string;
  /** What stands before the message: `file:line:column`, `variable NAME` or `flag --name`. */
  readonly at: string;
  readonly line?: number;
  readonly column?: number;
  readonly expected?: string;
  readonly got?: string;
  readonly hint?: string;
}

/** The error for a list of mistakes; the first one is the message, all of them are in `details.issues`. */
export function configError(problems: readonly [Problem, ...Problem[]]): HarnessError {
  const [{ field, at, message, line, column, expected, got, hint }, ...others] = problems;
  const more =
    others.length === 0 ? "" : ` (${others.length} more: ${others.map((one) => one.field).join(", ")})`;
  return new HarnessError(
    "config_invalid",
    `${at}: ${message}${hint === undefined ? "" : ` ${hint}`}${more}`,
    {
      field,
      line,
      column,
      expected,
      got,
      hint,
      issues: problems.map((one) => ({ field: one.field, message: `${one.at}: ${one.message}` })),
    },
  );
}

/** A short, safe picture of a value for an error. Secrets are never shown. */
export function preview(value: unknown, secret = false): string {
  if (secret) return "a value that is kept secret";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value instanceof Date) return `the date ${value.toISOString()}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "a table";
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Hint with the name a mistyped one most likely means. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const best = nearest(name, candidates);
  return best === undefined ? undefined : `Did you mean ${best}?`;
}

/** One zod issue reduced to what a person needs: where, what was expected, and a nearest name for unknown keys. */
export interface FlatIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly hint?: string;
}

/** Flattens zod's issues. Of a union's branches the one that got furthest into the value speaks. */
export function flatten(issues: readonly z.core.$ZodIssue[], schema: z.core.$ZodType): FlatIssue[] {
  return issues.flatMap((issue): FlatIssue[] => {
    if (issue.code === "invalid_union") return flattenUnion(issue, schema);
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(schema, issue.path);
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        message: "is not a setting.",
        hint: didYouMean(key, known),
      }));
    }
    return [{ path: issue.path, message: sentence(issue.message) }];
  });
}

function flattenUnion(issue: z.core.$ZodIssueInvalidUnion, schema: z.core.$ZodType): FlatIssue[] {
  const branches = issue.errors.filter((branch) => branch.length > 0);
  const depth = (branch: readonly z.core.$ZodIssue[]) =>
    Math.max(
      ...branch.map(
        (one) => one.path.length * 2 + (one.code === "custom" || one.code === "unrecognized_keys" ? 1 : 0),
      ),
    );
  const best = branches.sort((left, right) => depth(right) - depth(left))[0];
  if (best === undefined || depth(best) === 0)
    return [{ path: issue.path, message: "has a value of the wrong kind." }];
  return flatten(
    best.map((one) => ({ ...one, path: [...issue.path, ...one.path] })),
    schema,
  );
}

function sentence(message: string): string {
  const text = message.replace(/^Invalid input: /, "");
  return /[.!]$/.test(text) ? text : `${text}.`;
}

/** The names a table at a path may hold. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return keysAt(schema.def.innerType, path);
  if (schema instanceof z.ZodPipe) return keysAt(schema.def.in, path);
  if (schema instanceof z.ZodUnion) return schema.def.options.flatMap((option) => keysAt(option, path));
  const [step, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    if (step === undefined) return Object.keys(schema.shape);
    const inner: z.core.$ZodType | undefined = schema.shape[String(step)];
    return inner === undefined ? [] : keysAt(inner, rest);
  }
  if (step === undefined) return [];
  if (schema instanceof z.ZodArray) return keysAt(schema.def.element, rest);
  if (schema instanceof z.ZodRecord) return keysAt(schema.def.valueType, rest);
  return [];
}
