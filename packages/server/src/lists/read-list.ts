import { type ListFormat, type ListProblem, MAX_LIST_ITEMS } from "@harness/protocol";
import { checkDefaults, checkItem } from "./fields.ts";
import type { ListItem, RawList, ReadList } from "./item.ts";
import { readJsonl } from "./jsonl.ts";
import { resolveLinks } from "./links.ts";
import { readMarkdown } from "./markdown.ts";
import { readYaml } from "./yaml.ts";

/** Problems that are reported one by one. */
const MOST_PROBLEMS = 100;

const readers: Readonly<Record<ListFormat, (text: string) => RawList>> = {
  markdown: readMarkdown,
  yaml: readYaml,
  jsonl: readJsonl,
};

/**
 * Reads a list of tasks. Never throws for what the text says: what is wrong is a problem with its line, and every
 * problem is found, up to a hundred. Prompts keep their text; only line ends become `\n`.
 */
export function readList(text: string, format: ListFormat): ReadList {
  const raw = guarded(plain(text), readers[format]);
  const problems: ListProblem[] = [...raw.problems];
  const defaults = checkDefaults(raw.defaults, problems);
  const items: ListItem[] = [];
  if (raw.items.length > MAX_LIST_ITEMS) {
    const place = raw.items[MAX_LIST_ITEMS]!.place;
    problems.push({
      ...place,
      message: `A list has at most ${MAX_LIST_ITEMS} items. Submit the rest as another list.`,
    });
  } else {
    if (raw.items.length === 0 && problems.length === 0) problems.push({ line: 1, message: nothing[format] });
    items.push(...checkItems(raw, problems));
  }
  return { items, defaults, problems: bounded(problems), skipped: raw.skipped };
}

/** What is said of a text without a single item. */
const nothing: Readonly<Record<ListFormat, string>> = {
  markdown: "There is no list item. Begin each task with - at the start of a line.",
  yaml: "There is no item.",
  jsonl: "There is no item.",
};

function checkItems(raw: RawList, problems: ListProblem[]): ListItem[] {
  const checked = raw.items.map((item) => ({
    raw: item,
    fields: item.checked ? undefined : checkItem(item, problems),
  }));
  const links = resolveLinks(
    checked.map(({ raw: item, fields }) => ({
      raw: item,
      key: keyOf(item.values.get("key")?.value),
      after: fields?.after ?? [],
    })),
    problems,
  );
  return checked.flatMap(({ raw: item, fields }) => {
    if (fields === undefined) return [];
    const { key = null, after: _, ...request } = fields;
    const { items, tasks } = links.get(item.number) ?? { items: [], tasks: [] };
    const depends_on = [...new Set([...(request.depends_on ?? []), ...tasks])];
    return [
      {
        number: item.number,
        place: item.place,
        key,
        request: depends_on.length > 0 ? { ...request, depends_on } : request,
        after: items,
        places: new Map([...item.values].map(([name, { place }]) => [name, place])),
      },
    ];
  });
}

/** Also the key of an item with problems counts: they are not made more by being unknown. */
function keyOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Without a byte order mark, and with one kind of line end. */
function plain(text: string): string {
  return text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
}

/** A reader that gives up, as on nesting deeper than the stack, has found one problem. */
function guarded(text: string, read: (text: string) => RawList): RawList {
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return {
      items: [],
      defaults: new Map(),
      skipped: [],
      problems: [{ line: 1, message: "The list nests too deeply to be read." }],
    };
  }
}

function bounded(problems: readonly ListProblem[]): ListProblem[] {
  const sorted = [...problems].sort((a, b) => a.line - b.line || (a.column ?? 0) - (b.column ?? 0));
  const rest = sorted.length - MOST_PROBLEMS;
  if (rest <= 0) return sorted;
  const kept = sorted.slice(0, MOST_PROBLEMS);
  return [
    ...kept,
    { line: sorted[MOST_PROBLEMS]!.line, message: `There are ${rest} more problems from here on.` },
  ];
}
