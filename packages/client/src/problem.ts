import { type ErrorCode, errorCatalogue, HarnessError, Problem } from "@harness/protocol";

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
