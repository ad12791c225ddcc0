import type { Hit } from "./patterns.ts";

/** Finds what to replace in a text, and how far an unfinished text is decided. */
export interface Matcher {
  find(text: string, from?: number): Hit[];
  decided(text: string): number;
}

/** Replaces hits by their marks. */
export function replaceHits(text: string, hits: readonly Hit[], from = 0): string {
  let [out, at] = ["", from];
  for (const { start, end, label } of hits) {
    out += `${text.slice(at, start)}[redacted:${label}]`;
    at = end;
  }
  return out + text.slice(at);
}

/**
 * Replaces secrets in a text that comes in pieces. What may be the beginning of a secret is held back until it is
 * decided, so the pieces together give exactly what the whole text would give, wherever it was cut.
 */
export class MatchStream {
  readonly #matcher: () => Matcher;
  /** The last character given out: a pattern may look at what stands before it. */
  #context = "";
  #held = "";

  constructor(matcher: () => Matcher) {
    this.#matcher = matcher;
  }

  push(chunk: string): string {
    this.#held += chunk;
    return this.#take(false);
  }

  flush(): string {
    return this.#take(true);
  }

  #take(all: boolean): string {
    const matcher = this.#matcher();
    const from = this.#context.length;
    const text = this.#context + this.#held;
    let cut = all ? text.length : Math.max(from, matcher.decided(text));
    if (cut === from && !all) return "";
    const hits: Hit[] = [];
    for (const hit of matcher.find(text, from)) {
      if (hit.begin >= cut) break;
      hits.push(hit);
      cut = Math.max(cut, hit.end);
    }
    const out = replaceHits(text.slice(0, cut), hits, from);
    this.#held = text.slice(cut);
    this.#context = text.slice(Math.max(0, cut - 1), cut);
    return out;
  }
}
