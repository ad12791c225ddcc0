/**
 * Makes text of others harmless on a terminal (SAFETY.md F7): escape sequences, control characters and characters
 * that reorder what a reader sees become visible marks. Line breaks and tabs of a block stay.
 */
export function neutralBlock(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    mark,
  );
}

/** The same for text that must stay on one line: line breaks and tabs become spaces. */
export function neutralLine(text: string): string {
  return neutralBlock(text.replace(/[\r\n\t]+/g, " "));
}

/** JSON that a terminal cannot act on: what JSON itself leaves unescaped is escaped too, the value is the same. */
export function neutralJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function mark(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\ufffd";
}
