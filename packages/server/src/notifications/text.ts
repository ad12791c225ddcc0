/** What may reorder, hide or act in a text a person reads: controls, direction marks, invisible and tag characters. */
const hostile =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** A text of others as one harmless line of bounded length: white space is one blank, what could deceive is a mark. */
export function plainLine(text: string, max: number): string {
  const line = text
    .slice(0, max * 8)
    .toWellFormed()
    .replace(/\s+/g, " ")
    .replace(hostile, "\ufffd")
    .trim();
  return line.length > max ? `${line.slice(0, max - 1).toWellFormed()}…` : line;
}

/** The lines that fit into a number of bytes; the last one says how many are missing. */
export function linesWithin(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const lines = text.split("\n");
  const kept: string[] = [];
  let room = maxBytes - 40;
  for (const line of lines) {
    room -= Buffer.byteLength(line) + 1;
    if (room < 0) break;
    kept.push(line);
  }
  return [...kept, `… and ${lines.length - kept.length} more lines`].join("\n");
}
