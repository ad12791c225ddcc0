import { common, createLowlight } from "lowlight";
import type { Hunk, PatchLine } from "./patch.ts";
import type { Token } from "./segments.ts";

/** Larger hunks are shown without colours: they would hold the page up. */
const MOST_LINES = 1_500;
const MOST_COLUMNS = 2_000;

/**
 * What the words of lines are to their language. It makes no HTML: the library answers a tree of texts, of which only
 * the names it gives itself and the columns are kept.
 */
export class Highlighter {
  readonly #lowlight = createLowlight(common);
  readonly #known = new WeakMap<Hunk, ReadonlyMap<PatchLine, readonly Token[]>>();

  /** The tokens of a line of a hunk; none where the language is not known. */
  tokensOf(path: string, hunk: Hunk, line: PatchLine): readonly Token[] {
    let lines = this.#known.get(hunk);
    if (lines === undefined) {
      lines = this.#read(path, hunk);
      this.#known.set(hunk, lines);
    }
    return lines.get(line) ?? [];
  }

  #read(path: string, { lines }: Hunk): ReadonlyMap<PatchLine, readonly Token[]> {
    const language = languageOf(path);
    const read = new Map<PatchLine, readonly Token[]>();
    if (!this.#lowlight.registered(language) || lines.length > MOST_LINES) return read;
    if (lines.some(({ text }) => text.length > MOST_COLUMNS)) return read;
    for (const other of ["added", "removed"] as const) {
      const side = lines.filter(({ kind }) => kind !== other);
      const tree = this.#lowlight.highlight(language, side.map(({ text }) => text).join("\n"));
      for (const [index, tokens] of linesOf(tree.children).entries()) read.set(side[index]!, tokens);
    }
    return read;
  }
}

function languageOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : name;
}

type Nodes = ReturnType<ReturnType<typeof createLowlight>["highlight"]>["children"];

function linesOf(nodes: Nodes): Token[][] {
  const lines: Token[][] = [[]];
  let column = 0;
  const walk = (children: Nodes, kind: string | null) => {
    for (const node of children) {
      if (node.type === "element") walk(node.children, kindOf(node.properties["className"]) ?? kind);
      if (node.type !== "text") continue;
      for (const [index, part] of node.value.split("\n").entries()) {
        if (index > 0) {
          lines.push([]);
          column = 0;
        }
        if (part !== "" && kind !== null)
          lines.at(-1)!.push({ from: column, to: column + part.length, kind });
        column += part.length;
      }
    }
  };
  walk(nodes, null);
  return lines;
}

function kindOf(names: unknown): string | null {
  const [first] = Array.isArray(names) ? names : [];
  return typeof first === "string" ? first.replace("hljs-", "") : null;
}
