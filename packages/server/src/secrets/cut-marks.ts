/** How Harness writes that something was left out of a text. */
const marks = /\n?(?:\[… \d+ bytes cut …\]|… \d+ characters left out …|\[\d+ characters cut\])\n?/g;

/** Of a word that touches a cut, so many characters go: more than any secret of one line has. */
const reach = 512;

/**
 * Takes away the words that touch a cut: one may be half of a secret, which no matcher would know any more. To be used
 * before a cut text is searched for secrets.
 */
export function withoutHalves(text: string): string {
  let out = "";
  let from = 0;
  for (const mark of text.matchAll(marks)) {
    const end = mark.index + mark[0].length;
    out += text.slice(from, Math.max(from, wordStart(text, mark.index))) + mark[0];
    from = wordEnd(text, end);
  }
  return from === 0 ? text : out + text.slice(from);
}

function wordStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && end - start < reach && !/\s/.test(text[start - 1]!)) start -= 1;
  return start;
}

function wordEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && end - start < reach && !/\s/.test(text[end]!)) end += 1;
  return end;
}
