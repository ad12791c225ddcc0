import path from "node:path";
import { bounded } from "../json-line.ts";
import { type Desk, shown } from "./desk.ts";
import { isMade, isTest } from "./rank.ts";

/** The name of the item that shows what was gathered for a request for a change. */
export const AUTHORING = "authoring_context";

/** What a model is told with a request for a change, in the words of Harness. */
export const BEFORE_EDITS =
  "This asks for a change. Say your plan first, and read each file before you change it.";

const MAX_FILES = 10;
const MAX_TERMS = 12;
const VERBS =
  "add|adapt|adjust|build|change|clean|convert|create|delete|document|drop|extend|extract|fix|handle|implement|improve|introduce|make|migrate|move|optimi[sz]e|refactor|remove|rename|repair|replace|rewrite|right|simplify|speed|split|support|update|validate|write";
const CHANGE = new RegExp(
  `(?:^|[.!\\n:;,]\\s*|\\b(?:please|you|then|and|to|let's)\\s+)(?:please\\s+)?(?:${VERBS})\\b`,
  "i",
);
const EMPTY = new Set(
  `about after again all also and any are been before being both but can code could does done each ensure else every file files for from
  function have her here how into its just like line more most must need new not now one only other our out over please should
  so some such than that the their them then there these they this those through too under until use used using was way well
  were what when where which while who why will with without work would you your`.split(/\s+/),
);

/** Whether open words ask for a change, not for an answer. */
export function asksForChange(words: string): boolean {
  return !/\?\s*$/.test(words.trim()) && CHANGE.test(words.trim());
}

/**
 * Where a request for a change may belong: files whose paths have its words in them, the best first, shown as an item.
 * Undefined when no path does.
 */
export async function authoringContext(words: string, desk: Desk): Promise<string | undefined> {
  const terms = termsOf(words);
  if (terms.length === 0) return undefined;
  const { files } = await desk.files.list(".");
  const best = bestFiles(files, terms);
  if (best.length === 0) return undefined;
  const text = `Files the request may be about, by its words:\n${best.map((file) => `- ${file}`).join("\n")}`;
  const item = { kind: "tool_call", name: AUTHORING, input: { candidate_files: best } } as const;
  return shown(desk, item, async () => ({ value: text, done: { output: bounded(text) } }));
}

/** The words that can be part of a file's name. */
export function termsOf(words: string): string[] {
  const prose = words.replace(/```[\s\S]*?```/g, "");
  const terms = (prose.match(/[A-Za-z][A-Za-z0-9_]{2,}/g) ?? [])
    .flatMap((word) => word.split(/_|(?<=[a-z0-9])(?=[A-Z])/))
    .map((word) => stem(word.toLowerCase()))
    .filter((word) => word.length > 2 && !EMPTY.has(word) && !new RegExp(`^(?:${VERBS})$`).test(word));
  return [...new Set(terms)].slice(0, MAX_TERMS);
}

/** Files by how many of the words their names and folders have; made files and tests come last or not at all. */
export function bestFiles(files: readonly string[], terms: readonly string[]): string[] {
  const scored = files.flatMap((file) => {
    if (isMade(file)) return [];
    const name = partsOf(path.basename(file).replace(/\..*$/, ""));
    const folders = partsOf(path.dirname(file));
    const points = terms.map((term) => (name.has(term) ? 3 : folders.has(term) ? 1 : 0));
    const score = points.reduce<number>((sum, one) => sum + one, 0);
    return score === 0 ? [] : [{ file, score: score - (isTest(file) ? 2 : 0) - file.split("/").length / 10 }];
  });
  return scored
    .sort((a, b) => b.score - a.score || (a.file < b.file ? -1 : 1))
    .slice(0, MAX_FILES)
    .map(({ file }) => file);
}

function partsOf(name: string): ReadonlySet<string> {
  const parts = name.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/);
  return new Set(parts.map((part) => stem(part.toLowerCase())));
}

/** One form for a word and its plural. */
function stem(word: string): string {
  return word.length > 4 ? word.replace(/(?<!s)s$/, "") : word;
}
