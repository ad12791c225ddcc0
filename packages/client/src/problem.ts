import { type ErrorCode, errorCatalogue, HarnessError, Problem } from "@harness/protocol";
import type { z } from "zod";

/** The failure a server answered with. A body that is no problem document, or a code of a newer server, is `internal`. */
export function errorOf(status: number, text: string): HarnessError {
  const parsed = Problem.safeParse(readJson(text));
  if (!parsed.success)
    return new HarnessError(
      "internal",
      `The server answered ${status} without saying why: ${text.slice(0, 200)}`,
    );
  const { code, detail, field, expected, got, allowed, hint, issues, retry_after_s } = parsed.data;
  const known = Object.hasOwn(errorCatalogue, code) ? (code as ErrorCode) : "internal";
  return new HarnessError(known, known === code ? detail : `${code}: ${detail}`, {
    field,
    expected,
    got,
    allowed,
    hint,
    issues,
    retry_after_s,
  });
}

/** The value of a JSON text; undefined when it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a feed throws whose cursor is older than what is kept. */
export function goneEvents(): HarnessError {
  return new HarnessError(
    "invalid_cursor",
    "The events after this cursor are gone. Read the state anew and follow from there.",
    { field: "after_seq" },
  );
}

/** What the server sent, as the table says it is. */
export function checked<T extends z.ZodType>(what: string, schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new HarnessError(
    "internal",
    `${what} is not what this version expects: ${issue?.path.map(String).join(".") ?? ""} ${issue?.message ?? ""}. Update the older of the two.`,
  );
}

/** A message of a socket, as its row says it is. */
export function readMessage<T extends z.ZodType>(path: string, schema: T, text: string): z.output<T> {
  return checked(`A message of ${path}`, schema, readJson(text));
}
