/** A path that is being typed after an `@`. */
export interface Mention {
  /** What was typed of it. */
  readonly query: string;
  /** Where the `@` stands, and where what was typed ends. */
  readonly start: number;
  readonly end: number;
}

/** The mention the caret stands in; null when it stands in none. */
export function mentionAt(text: string, caret: number): Mention | null {
  const before = text.slice(0, caret);
  const found = /(?:^|[\s(])@([^\s@]{0,200})$/.exec(before);
  if (!found) return null;
  const query = found[1] ?? "";
  return { query, start: caret - query.length - 1, end: caret };
}

/** The text with a path in the place of what was typed of it, and where the caret goes. */
export function withPath(
  text: string,
  { start, end }: Mention,
  path: string,
): { readonly text: string; readonly caret: number } {
  const put = `@${path} `;
  const rest = text.slice(end).replace(/^ /, "");
  return { text: text.slice(0, start) + put + rest, caret: start + put.length };
}
