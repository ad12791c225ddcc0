import { type ListProblem, type ListSkipped, MAX_LIST_ITEMS } from "@harness/protocol";
import MarkdownIt, { type Token } from "markdown-it";
import type { Placed, RawItem, RawList } from "./item.ts";
import { dedent, type ItemSource, itemSource } from "./markdown-item.ts";
import { scanLine, scanLines, type Tag } from "./tags.ts";

/** Characters a line that may hold tags can have. */
const LONGEST_LINE = 4000;
/** Lines of tags an item can end with, or a heading can have. */
const MOST_TAG_LINES = 20;

/**
 * Reads a Markdown list: one item of a list that stands at the top level is one task. Its first paragraph is the
 * title and carries tags in all its lines, what is nested in it is its details; tags of a heading hold for the items below it. Boxes that are
 * ticked are done; anything else at the top level is no task and said to be left out.
 */
export function readMarkdown(text: string): RawList {
  const lines = text.split("\n");
  const reading: Reading = { lines, items: [], problems: [], skipped: [], headings: [] };
  const tokens = blocks(text);
  for (const [at, token] of tokens.entries()) {
    // One more than there may be is enough to say so.
    if (reading.items.length > MAX_LIST_ITEMS) break;
    if (token.level === 0 && token.type === "heading_open") enterHeading(reading, token);
    else if (token.level === 1 && token.type === "list_item_open")
      addItem(reading, itemSource(lines, tokens, at));
    else if (token.level === 0 && noItem.has(token.type)) leaveOut(reading, token);
  }
  const { items, problems, skipped } = reading;
  return { items, problems, skipped, defaults: new Map() };
}

/** What has been read so far. */
interface Reading {
  readonly lines: readonly string[];
  readonly items: RawItem[];
  readonly problems: ListProblem[];
  readonly skipped: ListSkipped[];
  /** The headings the next item stands below, outermost first. */
  readonly headings: { readonly depth: number; readonly values: ReadonlyMap<string, Placed> }[];
}

const noItem: ReadonlySet<string> = new Set([
  "paragraph_open",
  "blockquote_open",
  "fence",
  "code_block",
  "html_block",
]);

/** Only the blocks: what stands inside a line is read by our own tags. */
function blocks(text: string): Token[] {
  const parser = new MarkdownIt("commonmark");
  parser.core.ruler.enableOnly(["normalize", "block"]);
  return parser.parse(text, {});
}

function enterHeading(reading: Reading, token: Token): void {
  const depth = Number(token.tag.slice(1));
  while ((reading.headings.at(-1)?.depth ?? 0) >= depth) reading.headings.pop();
  const [begin = 0, end = begin + 1] = token.map ?? [];
  const values = new Map<string, Placed>();
  const lines = reading.lines.slice(begin, Math.min(end, begin + MOST_TAG_LINES));
  for (const { tag, line } of scanned(reading, lines, { line: begin + 1 }).tags) {
    if (tag.field === "key")
      reading.problems.push({
        line,
        column: tag.column,
        message: "A key belongs to one item, not to a heading.",
        hint: "Put it in the first line of the item, or in `backticks`.",
      });
    else put(reading, values, tag, line, undefined);
  }
  reading.headings.push({ depth, values });
}

function addItem(reading: Reading, source: ItemSource): void {
  const number = reading.items.length + 1;
  const place = { line: source.line + 1, column: source.column };
  if (source.checked) {
    addChecked(reading, source, number);
    return;
  }
  const own = new Map<string, Placed>();
  const head = source.hasTitle
    ? scanned(reading, source.head, { ...place, item: number })
    : { lines: source.head, tags: [] };
  for (const { tag, line } of head.tags) put(reading, own, tag, line, number);
  const details = [...source.details];
  for (let taken = 0; taken < MOST_TAG_LINES && takeTagLine(reading, source, details, own, number); )
    taken += 1;
  const values = new Map<string, Placed>();
  for (const part of [...reading.headings.map((heading) => heading.values), own])
    for (const [field, placed] of part) merge(values, field, placed);
  const prompt = dedent([...head.lines, ...details], source.indent);
  if (prompt !== "") values.set("prompt", { value: prompt, place });
  reading.items.push({ number, place, checked: false, values });
}

/** What is done keeps its number and key, for those that come after it, and nothing else. */
function addChecked(reading: Reading, source: ItemSource, number: number): void {
  const place = { line: source.line + 1, column: source.column };
  const found = scanLines(source.head.map((line) => line.slice(0, LONGEST_LINE)));
  const key = found.flatMap(({ tags }) => tags).find(({ field }) => field === "key");
  const values = new Map(key ? [["key", { value: key.values[0], place }]] : []);
  reading.items.push({ number, place, checked: true, values });
  reading.skipped.push({ line: place.line, item: number, text: shown(source.head[0]), reason: "checked" });
}

/** Takes the last line of the details away when it holds tags and nothing else; true when it did. */
function takeTagLine(
  reading: Reading,
  source: ItemSource,
  details: string[],
  values: Map<string, Placed>,
  number: number,
): boolean {
  while (details.at(-1)?.trim() === "") details.pop();
  const index = source.detailsLine + details.length - 1;
  const last = details.at(-1);
  if (last === undefined || last.length > LONGEST_LINE || source.literal.has(index)) return false;
  const bare = last.replace(/^\s*([-+*]\s+)?/, "");
  const found = scanLine(bare);
  if (!found.onlyTags) return false;
  const before = last.length - bare.length;
  const line = index + 1;
  for (const problem of found.problems)
    reading.problems.push({ ...problem, column: problem.column + before, line, item: number });
  for (const tag of found.tags) put(reading, values, { ...tag, column: tag.column + before }, line, number);
  details.pop();
  return true;
}

/** What a title is without its tags, and the tags with their lines. Problems are reported. */
interface Title {
  readonly lines: readonly string[];
  readonly tags: readonly { readonly tag: Tag; readonly line: number }[];
}

/** Reads the tags of all lines of a title; a line that was tags only goes. `at` is where its first line begins. */
function scanned(
  reading: Reading,
  lines: readonly string[],
  at: { readonly line: number; readonly column?: number; readonly item?: number },
): Title {
  const { item } = at;
  const long = lines.findIndex((line) => line.length > LONGEST_LINE);
  if (long >= 0) {
    reading.problems.push({
      line: at.line + long,
      item,
      message: `The line is longer than ${LONGEST_LINE} characters.`,
      hint: "Give the item a short title, and nest the details below it after an empty line.",
    });
    return { lines, tags: [] };
  }
  const found = scanLines(lines).map((one, index) => ({
    ...one,
    line: at.line + index,
    shift: index === 0 ? (at.column ?? 1) - 1 : 0,
  }));
  for (const { problems, line, shift } of found)
    for (const problem of problems)
      reading.problems.push({ ...problem, column: problem.column + shift, line, item });
  return {
    lines: found.filter(({ onlyTags }, index) => index === 0 || !onlyTags).map(({ text }) => text),
    tags: found.flatMap(({ tags, line, shift }) =>
      tags.map((tag) => ({ tag: { ...tag, column: tag.column + shift }, line })),
    ),
  };
}

function put(
  reading: Reading,
  values: Map<string, Placed>,
  tag: Tag,
  line: number,
  item: number | undefined,
): void {
  const place = { line, column: tag.column };
  if (tag.many) {
    merge(values, tag.field, { value: tag.values, place });
    return;
  }
  const known = values.get(tag.field);
  if (known !== undefined && known.value !== tag.values[0])
    reading.problems.push({
      ...place,
      item,
      field: tag.field,
      message: `${tag.field} is given twice, in line ${known.place.line} too.`,
      hint: "Keep one.",
    });
  values.set(tag.field, { value: tag.values[0], place });
}

/** Lists add up, from the outermost heading to the item; anything else is replaced. */
function merge(values: Map<string, Placed>, field: string, placed: Placed): void {
  const known = values.get(field)?.value;
  const both = Array.isArray(known) && Array.isArray(placed.value);
  values.set(field, both ? { ...placed, value: [...new Set<unknown>([...known, ...placed.value])] } : placed);
}

function leaveOut(reading: Reading, token: Token): void {
  const begin = token.map?.[0] ?? 0;
  const text = (reading.lines[begin] ?? "").trim();
  if (token.type === "html_block" && text.startsWith("<!--")) return;
  reading.skipped.push({ line: begin + 1, text: shown(text), reason: "not_an_item" });
}

function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
