import type { Hit } from "./patterns.ts";

/** Finds registered secrets by their exact spellings, and tells where an unfinished text may become one. */
export class ExactMatcher {
  readonly #labels: ReadonlyMap<string, string>;
  readonly #regex: RegExp | null;
  /** Spellings by their first character, to look for a beginning at the end of a text. */
  readonly #byFirst = new Map<string, string[]>();
  readonly #longest: number;

  /** `labels` leads from a spelling to the label of its secret. */
  constructor(labels: ReadonlyMap<string, string>) {
    this.#labels = labels;
    const spellings = [...labels.keys()].sort((left, right) => right.length - left.length);
    this.#longest = spellings[0]?.length ?? 0;
    for (const spelling of spellings) {
      const first = spelling.charAt(0);
      const list = this.#byFirst.get(first);
      if (list === undefined) this.#byFirst.set(first, [spelling]);
      else list.push(spelling);
    }
    // Longest first: of two secrets with the same beginning the longer one is replaced whole.
    this.#regex = spellings.length === 0 ? null : new RegExp(spellings.map(literally).join("|"), "g");
  }

  find(text: string, from = 0): Hit[] {
    const hits: Hit[] = [];
    if (this.#regex === null) return hits;
    this.#regex.lastIndex = from;
    for (let match = this.#regex.exec(text); match !== null; match = this.#regex.exec(text)) {
      const end = match.index + match[0].length;
      hits.push({
        begin: match.index,
        start: match.index,
        end,
        label: this.#labels.get(match[0]) ?? "secret",
      });
    }
    return hits;
  }

  /** The place up to which the text is decided: from there on its end is the beginning of a secret. */
  decided(text: string): number {
    for (let start = Math.max(0, text.length - this.#longest + 1); start < text.length; start++) {
      const candidates = this.#byFirst.get(text.charAt(start));
      if (candidates === undefined) continue;
      const end = text.slice(start);
      if (candidates.some((spelling) => spelling.length > end.length && spelling.startsWith(end)))
        return start;
    }
    return text.length;
  }
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
