import { z } from "zod";
import { argvWords } from "./command.ts";
import type { ValueType } from "./value-type.ts";

/**
 * Where a secret comes from: the setting itself, or a handle that is followed each time the secret is used, so that it
 * stands in no file of settings and is kept by nobody. What it leads to is read by the resolver of `secrets/`.
 */
export type SecretSource =
  | { readonly from: "text"; readonly text: string }
  | { readonly from: "env"; readonly name: string }
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "command"; readonly argv: readonly string[] };

/** What a handle looks like, for messages and the reference page. */
export const HANDLE_FORMS = 'env:NAME, file:/absolute/path or command:["program", "argument"]';

const Argv = z.preprocess((text, context) => {
  try {
    return JSON.parse(String(text));
  } catch {
    context.addIssue({ code: "custom", message: "is no list of words" });
    return z.NEVER;
  }
}, argvWords);

/** The handle a text is; undefined for any other text, and an explanation for one that is nearly a handle. */
export function parseHandle(
  text: string,
): Exclude<SecretSource, { from: "text" }> | { wrong: string } | undefined {
  const [, kind, rest = ""] = /^(env|file|command):(.*)$/s.exec(text) ?? [];
  switch (kind) {
    case "env":
      if (/^[A-Za-z_][A-Za-z0-9_]{0,199}$/.test(rest)) return { from: "env", name: rest };
      return { wrong: "names no variable after env:" };
    case "file":
      if (/^~?\/(?!\/)[^\u0000-\u001f]{1,4000}$/.test(rest)) return { from: "file", path: rest };
      return { wrong: "names no absolute path after file:" };
    case "command": {
      const argv = Argv.safeParse(rest);
      if (argv.success) return { from: "command", argv: argv.data };
      return { wrong: 'needs a list of words after command:, such as command:["pass", "show", "key"]' };
    }
    default:
      return undefined;
  }
}

/** A secret of a table: a handle, or a text the given schema takes. */
export function secretOr(schema: z.ZodType<string>) {
  return z.string().transform((text, context): SecretSource => {
    const handle = parseHandle(text);
    if (handle !== undefined && !("wrong" in handle)) return handle;
    const parsed = schema.safeParse(text);
    const wrong = handle?.wrong ?? (parsed.success ? undefined : parsed.error.issues[0]?.message);
    if (wrong === undefined) return { from: "text", text };
    context.addIssue({ code: "custom", message: wrong });
    return z.NEVER;
  });
}

/** A setting that is a secret: a handle, or what the given type takes. */
export function secret(type: ValueType<string>): ValueType<SecretSource> {
  return { ...type, expected: `${type.expected}, or a handle`, schema: secretOr(type.schema) };
}

/** The texts among sources: what the settings themselves hold. */
export function literalOf(source: SecretSource | undefined | null): string[] {
  return source?.from === "text" ? [source.text] : [];
}

/** A source as it may be shown: a handle as it was written, a text never. */
export function shownSource(source: SecretSource): string {
  switch (source.from) {
    case "text":
      return "set";
    case "env":
      return `env:${source.name}`;
    case "file":
      return `file:${source.path}`;
    case "command":
      // Arguments may say more than the program's name should.
      return `command:${source.argv[0]}`;
  }
}

/** Every handle among the settings, by the dotted path it stands at. */
export function handlesOf(
  value: unknown,
  path: readonly string[] = [],
): { label: string; source: SecretSource }[] {
  if (isSecretSource(value)) return value.from === "text" ? [] : [{ label: path.join("."), source: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => handlesOf(one, [...path, name]));
}

/** Whether a value of the settings is a source of a secret. */
export function isSecretSource(value: unknown): value is SecretSource {
  return (
    typeof value === "object" &&
    value !== null &&
    "from" in value &&
    ["text", "env", "file", "command"].includes(String(value.from))
  );
}
