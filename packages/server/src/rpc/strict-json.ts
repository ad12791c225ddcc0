import { HarnessError } from "@harness/protocol";
import sjson from "secure-json-parse";

/** Levels of arrays and objects that may nest. No parameter is deeper than a handful. */
const MOST_LEVELS = 32;

/**
 * Reads JSON a stranger wrote: UTF-8 only, of limited depth, without keys that could reach an object's prototype.
 * Throws `invalid_json`, naming what it is that was wrong ("body", "message").
 */
export function readStrictJson(bytes: Uint8Array, what: string): unknown {
  const text = decodeUtf8(bytes, what);
  // The parser would pass over a byte order mark; whoever is lenient must take it off.
  if (text.charCodeAt(0) === 0xfeff) throw invalid(what, `The ${what} begins with a byte order mark.`);
  requireShallow(text, what);
  try {
    const value: unknown = sjson.parse(text);
    return value;
  } catch (cause) {
    throw whyNotJson(text, what, cause);
  }
}

function decodeUtf8(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw invalid(what, `The ${what} is not UTF-8.`, cause);
  }
}

/** Refuses nesting before anything is built from it. */
function requireShallow(text: string, what: string): void {
  let levels = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (quoted) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x7b || code === 0x5b) levels += 1;
    else if (code === 0x7d || code === 0x5d) levels -= 1;
    if (levels > MOST_LEVELS) throw invalid(what, `The ${what} nests deeper than ${MOST_LEVELS} levels.`);
  }
}

function whyNotJson(text: string, what: string, cause: unknown): HarnessError {
  try {
    JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return invalid(what, `The ${what} is not valid JSON: ${reason.slice(0, 200)}`, error);
  }
  return invalid(what, `The ${what} has a key that is never a parameter (__proto__).`, cause);
}

function invalid(what: string, message: string, cause?: unknown): HarnessError {
  return new HarnessError("invalid_json", message, { field: what }, { cause });
}
