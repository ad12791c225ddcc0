const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  "\\": 92,
};

/**
 * Reads a path as git prints it without `-z`: plain, or C-quoted when it holds anything unusual. Returns the exact bytes, so
 * a file name that is not UTF-8 survives a text pipe.
 */
export function unquotePath(printed: string): Buffer {
  if (!printed.startsWith('"')) return Buffer.from(printed);
  const bytes: number[] = [];
  for (let i = 1; i < printed.length - 1; i += 1) {
    if (printed[i] !== "\\") {
      bytes.push(printed.charCodeAt(i));
      continue;
    }
    const octal = /^[0-7]{3}/.exec(printed.slice(i + 1, i + 4))?.[0];
    bytes.push(octal === undefined ? ESCAPES[printed[i + 1]!]! : Number.parseInt(octal, 8));
    i += octal === undefined ? 1 : 3;
  }
  return Buffer.from(bytes);
}
