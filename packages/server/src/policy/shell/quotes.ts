import { Unreadable } from "./unreadable.ts";

/** A piece of a word after quotes and escapes. */
export interface Piece {
  readonly value: string;
  /** The same with every quoted or escaped character as NUL: what is left may be a glob, a brace or a tilde. */
  readonly active: string;
  readonly literal: boolean;
}

/** Text without quotes: `a\ b*`. */
export function bare(text: string, offset: number): Piece {
  let value = "";
  let active = "";
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (char === "\\") {
      at += 1;
      const next = text[at];
      if (next === undefined || next === "\n") throw new Unreadable("a backslash joins words", offset + at);
      value += next;
      active += "\0";
    } else if (/[\s'"`$;&|<>()]/.test(char)) {
      throw new Unreadable(`an unexpected ${JSON.stringify(char)} inside a word`, offset + at);
    } else {
      value += char;
      active += char;
    }
  }
  return { value, active, literal: true };
}

/** Text between single quotes, them included. */
export function single(text: string, offset: number): Piece {
  if (!/^'[^']*'$/.test(text)) throw new Unreadable("single quotes that do not close", offset);
  return quoted(text.slice(1, -1));
}

/** Text between double quotes in which nothing is expanded, without the quotes. */
export function double(text: string, offset: number): Piece {
  plainIn(text, offset);
  return quoted(text.replace(/\\([$`"\\\n])/g, (_, char: string) => (char === "\n" ? "" : char)));
}

/** Refuses text of double quotes or a here-document in which a shell would expand something. */
export function plainIn(text: string, offset: number): void {
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === "\\") at += 1;
    else if (char === "`") throw new Unreadable("a backquote that was not understood", offset + at);
    else if (char === "$" && !dollarIsPlain(text.slice(at + 1)))
      throw new Unreadable("a $ that was not understood", offset + at);
  }
}

/** Whether a `$` before this text stands for itself in every shell. */
export function dollarIsPlain(after: string): boolean {
  return after === "" || /^[\s.,:;/%)\]}|]/.test(after);
}

const escapes: Record<string, string> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "?": "?",
};

/** `$'…'`. Shells that do not know it end it elsewhere, so an escaped quote inside is refused. */
export function ansi(text: string, offset: number): Piece {
  const body = /^\$'([^'\\]|\\[^'])*'$/.test(text) ? text.slice(2, -1) : undefined;
  if (body === undefined) throw new Unreadable("$'…' that shells end differently", offset);
  const value = body.replace(
    /\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|[\s\S])/g,
    (whole, code: string) => escaped(code) ?? unknownEscape(whole, offset),
  );
  if (value.includes("\0")) throw new Unreadable("$'…' with a NUL", offset);
  return quoted(value);
}

function escaped(code: string): string | undefined {
  if (Object.hasOwn(escapes, code)) return escapes[code];
  if (/^[xuU]./.test(code)) return character(Number.parseInt(code.slice(1), 16));
  if (/^[0-7]/.test(code)) return character(Number.parseInt(code, 8) & 0xff);
  return undefined;
}

/** Only ASCII: above it `\x` and `\u` make bytes and characters, which differ. */
function character(code: number): string | undefined {
  return code < 0x80 ? String.fromCharCode(code) : undefined;
}

function unknownEscape(text: string, offset: number): never {
  throw new Unreadable(`$'…' with ${text}`, offset);
}

function quoted(value: string): Piece {
  return { value, active: "\0".repeat(Math.max(1, value.length)), literal: true };
}
