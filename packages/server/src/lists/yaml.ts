import { type ListProblem, MAX_LIST_ITEMS } from "@harness/protocol";
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLMap,
} from "yaml";
import type { Place, Placed, RawItem, RawList } from "./item.ts";

/** Aliases a list may use; each is looked up in the whole text. */
const MOST_ALIASES = 100;
const MOST_SYNTAX_PROBLEMS = 10;

/** Reads a YAML list: a list of items, or a map of `defaults` and `tasks`. An item that is only a text is a prompt. */
export function readYaml(text: string): RawList {
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    // The pretty form of an error looks for its line in the whole text, for every error again.
    prettyErrors: false,
    // Fields are checked for doubles where they are read; comparing all keys of a large map is quadratic.
    uniqueKeys: false,
    logLevel: "error",
  });
  const reader = new YamlReader(document, counter);
  reader.read();
  return { items: reader.items, defaults: reader.defaults, problems: reader.problems, skipped: [] };
}

/** Walks the nodes by hand: nothing of the text becomes a key of an object, and every value keeps its place. */
class YamlReader {
  readonly items: RawItem[] = [];
  readonly problems: ListProblem[] = [];
  defaults: ReadonlyMap<string, Placed> = new Map();
  readonly #document: Document.Parsed;
  readonly #counter: LineCounter;

  constructor(document: Document.Parsed, counter: LineCounter) {
    this.#document = document;
    this.#counter = counter;
  }

  read(): void {
    const found = [...this.#document.errors, ...this.#document.warnings].slice(0, MOST_SYNTAX_PROBLEMS);
    for (const error of found)
      this.#problem(this.#at(error.pos[0]), `This is not valid YAML: ${firstSentence(error.message)}`);
    if (found.length > 0 || this.#tooManyAliases()) return;
    const root = this.#document.contents;
    if (root === null) return;
    if (isSeq(root)) this.#readItems(root);
    else if (isMap(root)) this.#readRoot(root);
    else this.#problem(this.#place(root), "A YAML list is a list of items, or a map of defaults and tasks.");
  }

  #readRoot(root: YAMLMap): void {
    for (const [name, { node, place }] of this.#fields(root, undefined)) {
      if (name === "tasks" && isSeq(node)) this.#readItems(node);
      else if (name === "defaults" && isMap(node)) this.defaults = this.#values(node, undefined);
      else if (name === "tasks") this.#problem(place, "tasks must be a list of items.");
      else if (name === "defaults") this.#problem(place, "defaults must be a map of fields.");
      else this.#problem(place, `There is no part ${shown(name)} of a list: expected defaults and tasks.`);
    }
  }

  #readItems(list: { readonly items: readonly unknown[] }): void {
    for (const entry of list.items.slice(0, MAX_LIST_ITEMS + 1)) {
      const number = this.items.length + 1;
      const node = this.#resolved(entry);
      const place = this.#place(entry);
      const values = new Map<string, Placed>();
      if (isMap(node)) for (const [name, placed] of this.#values(node, number)) values.set(name, placed);
      else if (isScalar(node) && typeof node.value === "string")
        values.set("prompt", { value: node.value, place });
      else {
        this.#problem(place, "An item is a map of fields, or a text.", number);
        continue;
      }
      this.items.push({ number, place, checked: false, values });
    }
  }

  #values(map: YAMLMap, item: number | undefined): Map<string, Placed> {
    const values = new Map<string, Placed>();
    for (const [name, { node, place }] of this.#fields(map, item)) {
      if (isMap(node)) this.#problem(place, `${shown(name)} cannot be a map.`, item);
      else values.set(name, { value: this.#plain(node), place });
    }
    return values;
  }

  *#fields(map: YAMLMap, item: number | undefined): Generator<[string, { node: unknown; place: Place }]> {
    const seen = new Set<string>();
    for (const { key, value } of map.items) {
      const place = this.#place(key);
      const name = isScalar(key) ? String(key.value) : undefined;
      if (name === undefined) this.#problem(place, "The name of a field is a word.", item);
      else if (seen.has(name)) this.#problem(place, `${shown(name)} is given twice.`, item);
      else yield [name, { node: this.#resolved(value), place }];
      if (name !== undefined) seen.add(name);
    }
  }

  /** A scalar, or a list of scalars; anything deeper is undefined, which no field accepts. */
  #plain(node: unknown): unknown {
    if (isScalar(node)) return node.value;
    if (!isSeq(node)) return null;
    return node.items.map((entry) => {
      const inner = this.#resolved(entry);
      return isScalar(inner) ? inner.value : undefined;
    });
  }

  #resolved(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  #tooManyAliases(): boolean {
    let count = 0;
    visit(this.#document, {
      Alias: () => {
        count += 1;
        return count > MOST_ALIASES ? visit.BREAK : undefined;
      },
    });
    if (count <= MOST_ALIASES) return false;
    this.#problem(
      { line: 1 },
      `The list uses more than ${MOST_ALIASES} aliases. Say what is common in defaults.`,
    );
    return true;
  }

  #place(node: unknown): Place {
    const range = (node as Node | ParsedNode | null)?.range;
    return range ? this.#at(range[0]) : { line: 1 };
  }

  #at(offset: number): Place {
    const { line, col } = this.#counter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  #problem(place: Place, message: string, item?: number): void {
    this.problems.push({ ...place, item, message });
  }
}

function firstSentence(message: string): string {
  const line = (message.split("\n")[0] ?? "").slice(0, 200);
  return line.endsWith(".") ? line : `${line}.`;
}

function shown(name: string): string {
  return name.length > 60 ? `${name.slice(0, 59)}…` : name;
}
