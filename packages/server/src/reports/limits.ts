/** Most lines of one list of a report; what is beyond is counted, and the cut is said. */
export const MAX_LINES = 500;
/** Characters kept of a text of others in a line. */
export const MAX_TEXT = 1_000;

/** Cuts a list at its limit. */
export function cutAt<T>(rows: readonly T[], limit = MAX_LINES): { rows: T[]; cut: boolean } {
  return { rows: rows.slice(0, limit), cut: rows.length > limit };
}

/** A text of others, short enough for a line; the cut is marked and splits no character. */
export function short(text: string, limit = MAX_TEXT): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** A time as it goes on the wire. */
export function time(ms: number): string {
  return new Date(ms).toISOString();
}

/** A time that may not be known, as it goes on the wire. */
export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : time(ms);
}
