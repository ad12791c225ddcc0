import { HarnessError } from "@harness/protocol";

/** One page of a keyset list. */
export interface PageInfo {
  readonly limit: number;
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

/** An opaque cursor for the row a page ended with. */
export function encodeCursor(key: string): string {
  return Buffer.from(key, "utf8").toString("base64url");
}

/** The key in a cursor. `pattern` is what a key of this list looks like; anything else is `invalid_cursor`. */
export function decodeCursor(cursor: string, pattern: RegExp): string {
  const key = Buffer.from(cursor, "base64url").toString("utf8");
  if (!pattern.test(key)) {
    throw new HarnessError(
      "invalid_cursor",
      "The cursor is not one this list made. Start again without a cursor.",
      { field: "cursor", got: cursor.slice(0, 80) },
    );
  }
  return key;
}

/** Cuts `limit + 1` rows down to a page. */
export function toPage<T>(
  rows: readonly T[],
  limit: number,
  key: (row: T) => string,
): { rows: readonly T[]; page: PageInfo } {
  const has_more = rows.length > limit;
  const kept = has_more ? rows.slice(0, limit) : rows;
  const last = kept.at(-1);
  return {
    rows: kept,
    page: { limit, has_more, next_cursor: has_more && last ? encodeCursor(key(last)) : null },
  };
}
