import type { Token } from "markdown-it";

/** The source of one list item. */
export interface ItemSource {
  /** Index of its first line in the text. */
  readonly line: number;
  /** Column of its first character after marker and box, from 1. */
  readonly column: number;
  /** Columns the details are indented by. */
  readonly indent: number;
  readonly checked: boolean;
  /** Its first line, without marker and box, and where that is text, the lines of the same paragraph as they stand. */
  readonly head: readonly [first: string, ...more: string[]];
  /** Its first line is text: a paragraph or a heading, not code or another list. */
  readonly hasTitle: boolean;
  /** Its other lines as they stand. */
  readonly details: readonly string[];
  /** Index of the first of them in the text. */
  readonly detailsLine: number;
  /** Indices of lines that are code or HTML: nothing in them is a tag. */
  readonly literal: ReadonlySet<number>;
}

/** Cuts an item out of the text: `tokens[at]` opens it. */
export function itemSource(lines: readonly string[], tokens: readonly Token[], at: number): ItemSource {
  const [begin = 0, end = begin + 1] = tokens[at]?.map ?? [];
  const inner = innerTokens(tokens, at);
  const literal = new Set<number>();
  for (const { type, map } of inner) {
    if (!/^(fence|code_block|html_block)$/.test(type) || !map) continue;
    for (let line = map[0]; line < map[1]; line += 1) literal.add(line);
  }
  const source = lines[begin] ?? "";
  const marker = /^\s*(?:[-+*]|\d{1,9}[.)])/.exec(source)?.[0] ?? "";
  const after = source.slice(marker.length);
  const starts = inner[0]?.map?.[0] ?? begin;
  if (after.trim() === "" && starts < end)
    return {
      ...bare(lines, starts, end, literal, inner),
      indent: width(marker) + 1,
    };
  const blank = /^\s*/.exec(after)?.[0] ?? "";
  // With five or more blanks the item begins with code, one blank after the marker (CommonMark 5.2).
  const gap = width(blank, width(marker)) > 4 ? 1 : blank.length;
  const content = after.slice(gap);
  const box = /^\[([ xX])\](?:[ \t]+|$)/.exec(content);
  return {
    line: begin,
    column: marker.length + gap + (box?.[0].length ?? 0) + 1,
    indent: width(marker) + Math.max(1, width(after.slice(0, gap), width(marker))),
    checked: box?.[1]?.toLowerCase() === "x",
    ...parts(lines, content.slice(box?.[0].length ?? 0).trimEnd(), begin + 1, end, inner[0]),
    literal,
  };
}

/** An item whose text begins below its marker. */
function bare(
  lines: readonly string[],
  begin: number,
  end: number,
  literal: ReadonlySet<number>,
  inner: readonly Token[],
): Omit<ItemSource, "indent"> {
  const source = lines[begin] ?? "";
  const first = isText(inner[0]) ? source.trim() : "";
  const next = isText(inner[0]) ? begin + 1 : begin;
  return {
    line: begin,
    column: source.length - source.trimStart().length + 1,
    checked: false,
    ...parts(lines, first, next, inner.length === 0 ? next : end, inner[0]),
    literal,
  };
}

/** The title and the details of an item: `next` is the line after its first one. */
function parts(
  lines: readonly string[],
  first: string,
  next: number,
  end: number,
  token: Token | undefined,
): Pick<ItemSource, "head" | "hasTitle" | "details" | "detailsLine"> {
  const hasTitle = isText(token);
  const detailsLine = hasTitle ? Math.max(next, token?.map?.[1] ?? next) : next;
  return {
    head: [first, ...lines.slice(next, detailsLine)],
    hasTitle,
    details: lines.slice(detailsLine, end),
    detailsLine,
  };
}

function isText(token: Token | undefined): boolean {
  return token?.type === "paragraph_open" || token?.type === "heading_open";
}

/** The lines of an item without its indentation, as Markdown of their own. */
export function dedent([first = "", ...rest]: readonly string[], indent: number): string {
  const text = [first, ...rest.map((line) => withoutIndent(line, indent))].join("\n");
  return text.replace(/^(?:[ \t]*\n)+/, "").trimEnd();
}

function innerTokens(tokens: readonly Token[], at: number): Token[] {
  const level = tokens[at]?.level ?? 0;
  let end = at + 1;
  while (end < tokens.length && tokens[end]!.level > level) end += 1;
  return tokens.slice(at + 1, end);
}

function withoutIndent(line: string, indent: number): string {
  let column = 0;
  let index = 0;
  while (column < indent && (line[index] === " " || line[index] === "\t")) {
    column = line[index] === "\t" ? column + 4 - (column % 4) : column + 1;
    index += 1;
  }
  // A tab may reach further than the indentation: the rest of it stays.
  return " ".repeat(Math.max(0, column - indent)) + line.slice(index);
}

/** Columns a text takes when it begins at a column. */
function width(text: string, from = 0): number {
  let column = from;
  for (const char of text) column = char === "\t" ? column + 4 - (column % 4) : column + 1;
  return column - from;
}
