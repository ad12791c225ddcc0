import { RuleMistake } from "./fault.ts";

const simple: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": "",
};

/** The value of a string as it is written: quotes single, double or triple, raw with `r`. */
export function stringValue(source: string, offset: number): string {
  const match = /^([A-Za-z]*)("""|'''|"|')([\s\S]*)\2$/.exec(source);
  if (match === null) throw new RuleMistake("this string has no end", offset);
  const [, prefix = "", quote = "", body = ""] = match;
  if (!["", "r", "R"].includes(prefix))
    throw new RuleMistake(`strings that begin with ${prefix}${quote} are not part of the language`, offset);
  if (prefix !== "") return body;
  const escaped = /\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-7]{1,3}|[\s\S])/g;
  return body.replace(escaped, (whole, code: string) => {
    const known = simple[code];
    if (known !== undefined) return known;
    const point = /^[0-7]/.test(code) ? Number.parseInt(code, 8) : Number.parseInt(code.slice(1), 16);
    if (Number.isNaN(point) || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
      throw new RuleMistake(`${whole} is not an escape; write \\\\ for a backslash`, offset);
    return String.fromCodePoint(point);
  });
}
