import { createHash } from "node:crypto";
import { stripVTControlCharacters } from "node:util";

/** Only this much of a text counts: what failed is said at its end. */
const CONSIDERED = 16_384;

/**
 * What stays the same of a failure when it happens again: hash of its text without what differs by chance, such as
 * ids, hashes, times, numbers and paths.
 */
export function fingerprint(text: string): string {
  const plain = stripVTControlCharacters(text.slice(-CONSIDERED))
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "<id>")
    .replace(/\b[a-z]+_[0-9A-HJKMNP-TV-Z]{26}\b/g, "<id>")
    .replace(/(?:\b[A-Za-z]:)?(?:[\\/][\w.@+~-]+){2,}[\\/]?/g, "<path>")
    .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{7,64}\b/gi, "<id>")
    .replace(/\d+/g, "<n>")
    .replace(/\s+/g, " ")
    .trim();
  return createHash("sha256").update(plain).digest("hex").slice(0, 16);
}
