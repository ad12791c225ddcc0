import type { ListProblem } from "@harness/protocol";
import { keyPattern, nearestTag, type TagKind, tagKinds } from "./tag-words.ts";

/** A tag that was found: the field it sets and its values (one, unless the tag may have several). */
export interface Tag {
  readonly field: string;
  readonly values: readonly unknown[];
  readonly many: boolean;
  /** Column of the word, from 1. */
  readonly column: number;
}

/** What is wrong with a tag; the line is known to the caller. */
export type TagProblem = Omit<ListProblem, "line" | "item"> & { readonly column: number };

/** One line without its tags. */
export interface ScannedLine {
  readonly text: string;
  readonly tags: readonly Tag[];
  readonly problems: readonly TagProblem[];
  /** There is at least one tag, or an attempt at one, and nothing else. */
  readonly onlyTags: boolean;
}

const QUOTE_IT = "If it is ordinary text, put it in `backticks`.";
const PROJECT = /^@([A-Za-z0-9][A-Za-z0-9._-]{0,99})$/;

interface Word {
  /** Without the brackets and punctuation around it. */
  readonly bare: string;
  /** Which of the lines it stands in, from 0. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** The tags of a line that stands alone. */
export function scanLine(line: string): ScannedLine {
  return scanLines([line])[0]!;
}

/**
 * Finds the tags in the lines of one paragraph: `@project`, `#key` and `name:value`, each a word of its own; brackets,
 * emphasis and punctuation around it do not count. Code spans, which may go on in the next line, are text, and so is
 * every name no tag has or nearly has.
 */
export function scanLines(lines: readonly string[]): ScannedLine[] {
  const words = wordsOf(lines);
  const found = lines.map(() => ({ tags: [] as Tag[], problems: [] as TagProblem[], cut: [] as Word[] }));
  for (const [at, word] of words.entries()) {
    const tag = tagOf(word, words[at + 1]);
    if (tag === undefined) continue;
    const { tags, problems, cut } = found[word.line]!;
    cut.push(word);
    if (!("message" in tag)) tags.push(tag);
    else problems.push(tag);
    // A value after a space belongs to its tag.
    const value = word.bare.endsWith(":") ? words[at + 1] : undefined;
    if (value?.line === word.line) cut.push(value);
  }
  return found.map(({ tags, problems, cut }, at) => {
    const line = lines[at]!;
    const onlyTags = cut.length > 0 && cut.length === countWords(line);
    return { text: cut.length > 0 ? without(line, cut) : line, tags, problems, onlyTags };
  });
}

function tagOf(word: Word, next: Word | undefined): Tag | TagProblem | undefined {
  const { bare } = word;
  const column = word.start + 1;
  const project = PROJECT.exec(bare)?.[1];
  if (project !== undefined) return { field: "project", values: [project], many: false, column };
  if (bare.startsWith("#") && keyPattern.test(bare.slice(1)))
    return { field: "key", values: [bare.slice(1)], many: false, column };
  const match = /^([A-Za-z][A-Za-z_-]*):(.*)$/.exec(bare);
  if (match === null) return undefined;
  const [, name = "", text = ""] = match;
  if (text.startsWith("//") || text.startsWith(":")) return undefined;
  const kind = Object.hasOwn(tagKinds, name.toLowerCase()) ? tagKinds[name.toLowerCase()] : undefined;
  if (kind === undefined) return text === "" ? undefined : misspelt(name, text, column);
  if (text === "") return spaced(name, kind, next, column);
  return readTag(name, kind, text, column);
}

function readTag(name: string, kind: TagKind, text: string, column: number): Tag | TagProblem {
  const parts = kind.many ? text.split(",").filter((part) => part !== "") : [text];
  const values = parts.map(kind.read);
  if (values.length > 0 && !values.includes(undefined))
    return { field: kind.field, values, many: kind.many === true, column };
  return {
    column,
    field: kind.field,
    message: `${name}:${shown(text)} is not understood: expected ${kind.expected}.`,
    hint: QUOTE_IT,
  };
}

function misspelt(name: string, text: string, column: number): TagProblem | undefined {
  const meant = nearestTag(name, text);
  if (meant === undefined) return undefined;
  return {
    column,
    message: `There is no tag ${shown(name)}.`,
    hint: `Did you mean ${meant}:${shown(text)}? ${QUOTE_IT}`,
  };
}

/** `priority: high` would be lost in silence; `the timeout: it` is ordinary text. */
function spaced(name: string, kind: TagKind, next: Word | undefined, column: number): TagProblem | undefined {
  if (kind.anyWord || next === undefined || kind.read(next.bare) === undefined) return undefined;
  return {
    column,
    field: kind.field,
    message: `A tag has no space: write ${name}:${shown(next.bare)}.`,
    hint: QUOTE_IT,
  };
}

/** The words outside code spans. */
function wordsOf(lines: readonly string[]): Word[] {
  const code = codeSpans(lines.join("\n"));
  const words: Word[] = [];
  let begin = 0;
  let span = 0;
  for (const [line, text] of lines.entries()) {
    for (const match of text.matchAll(/\S+/g)) {
      const [start, end] = [match.index, match.index + match[0].length];
      while ((code[span]?.[1] ?? Number.POSITIVE_INFINITY) <= begin + start) span += 1;
      if ((code[span]?.[0] ?? Number.POSITIVE_INFINITY) < begin + end) continue;
      const bare = match[0].replace(/^[(*_]+/, "").replace(/[)*_,;.!?]+$/, "");
      words.push({ bare, line, start, end });
    }
    begin += text.length + 1;
  }
  return words;
}

/** Where code spans begin and end: a run of backticks up to the next run of the same length (CommonMark 6.1). */
function codeSpans(text: string): [from: number, to: number][] {
  const runs = [...text.matchAll(/`+/g)].filter(
    ({ index }) => !/(^|[^\\])(\\\\)*\\$/.test(text.slice(Math.max(0, index - 20), index)),
  );
  // Looked for from the end, so that runs without a partner cost nothing.
  const next = new Map<number, number>();
  const partner: (number | undefined)[] = [];
  for (let at = runs.length - 1; at >= 0; at -= 1) {
    const length = runs[at]![0].length;
    partner[at] = next.get(length);
    next.set(length, at);
  }
  const spans: [number, number][] = [];
  for (let at = 0; at < runs.length; at += 1) {
    const close = partner[at];
    if (close === undefined) continue;
    spans.push([runs[at]!.index, runs[close]!.index + runs[close]![0].length]);
    at = close;
  }
  return spans;
}

function countWords(line: string): number {
  return line.match(/\S+/g)?.length ?? 0;
}

function without(line: string, words: readonly Word[]): string {
  let text = "";
  let from = 0;
  for (const { start, end } of words) {
    text += line.slice(from, start);
    from = end;
    // One of the two spaces around it goes too.
    if (/(^|\s)$/.test(text)) while (/[ \t]/.test(line[from] ?? "")) from += 1;
  }
  return (text + line.slice(from)).trimEnd();
}

function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
