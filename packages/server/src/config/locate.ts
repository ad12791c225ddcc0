/** Where a key stands in a file, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds keys in the text of a valid TOML document, for errors that point at the place a person has to change. */
export class Locator {
  readonly #text: string;
  readonly #positions = new Map<string, Position>();
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
    try {
      this.#scan();
    } catch {
      // The document was judged by the TOML parser already; a place this scanner cannot follow only loses its position.
    }
  }

  /** The place of a key, or of the nearest table around it. Array indexes are path steps too: `["projects", 1, "root"]`. */
  find(path: readonly PropertyKey[]): Position {
    for (let length = path.length; length > 0; length--) {
      const found = this.#positions.get(JSON.stringify(path.slice(0, length).map(String)));
      if (found !== undefined) return found;
    }
    return { line: 1, column: 1 };
  }

  #scan(): void {
    let table: string[] = [];
    const counts = new Map<string, number>();
    while (this.#skipBlank()) {
      const before = this.#at;
      if (this.#peek() === "[") table = this.#header(counts);
      else this.#pair(table);
      this.#goOn(before);
    }
  }

  #header(counts: Map<string, number>): string[] {
    this.#step();
    const list = this.#peek() === "[";
    if (list) this.#step();
    const start = this.#here();
    const keys = this.#keys();
    let path: string[] = [];
    for (const [index, step] of keys.entries()) {
      path = [...path, step];
      const id = JSON.stringify(path);
      if (list && index === keys.length - 1) counts.set(id, (counts.get(id) ?? -1) + 1);
      this.#positions.set(id, this.#positions.get(id) ?? start);
      const count = counts.get(id);
      if (count !== undefined) path = [...path, String(count)];
    }
    const id = JSON.stringify(path);
    this.#positions.set(id, this.#positions.get(id) ?? start);
    while (this.#peek() === "]") this.#step();
    return path;
  }

  #pair(table: readonly string[]): void {
    const start = this.#here();
    const keys = this.#keys();
    for (let length = 1; length <= keys.length; length++) {
      const id = JSON.stringify([...table, ...keys.slice(0, length)]);
      this.#positions.set(id, this.#positions.get(id) ?? start);
    }
    if (this.#peek() === "=") this.#step();
    this.#spaces();
    this.#value([...table, ...keys]);
  }

  #keys(): string[] {
    const keys: string[] = [];
    for (;;) {
      this.#spaces();
      const quote = this.#peek();
      if (quote === '"' || quote === "'") keys.push(this.#string());
      else {
        const start = this.#at;
        while (/[A-Za-z0-9_-]/.test(this.#peek())) this.#step();
        keys.push(this.#text.slice(start, this.#at));
      }
      this.#spaces();
      if (this.#peek() !== ".") return keys;
      this.#step();
    }
  }

  #value(path: readonly string[]): void {
    const first = this.#peek();
    if (first === '"' || first === "'") this.#string();
    else if (first === "[") this.#array(path);
    else if (first === "{") this.#inline(path);
    else while (this.#at < this.#text.length && !/[,\]}\n#]/.test(this.#peek())) this.#step();
  }

  #array(path: readonly string[]): void {
    this.#step();
    for (let index = 0; this.#skipBlank(); index++) {
      if (this.#peek() === "]") break;
      const item = [...path, String(index)];
      this.#positions.set(JSON.stringify(item), this.#here());
      const before = this.#at;
      this.#value(item);
      this.#skipBlank();
      if (this.#peek() === ",") this.#step();
      this.#goOn(before);
    }
    this.#step();
  }

  #inline(path: readonly string[]): void {
    this.#step();
    while (this.#skipBlank() && this.#peek() !== "}") {
      const before = this.#at;
      this.#pair(path);
      this.#skipBlank();
      if (this.#peek() === ",") this.#step();
      this.#goOn(before);
    }
    this.#step();
  }

  /** Skips a string of any of the four kinds and returns its raw content. */
  #string(): string {
    const quote = this.#peek();
    const triple = this.#text.startsWith(quote.repeat(3), this.#at);
    const fence = triple ? quote.repeat(3) : quote;
    for (let count = 0; count < fence.length; count++) this.#step();
    const start = this.#at;
    while (this.#at < this.#text.length && !this.#text.startsWith(fence, this.#at)) {
      if (quote === '"' && this.#peek() === "\\") this.#step();
      this.#step();
    }
    const content = this.#text.slice(start, this.#at);
    for (let count = 0; count < fence.length; count++) this.#step();
    while (triple && this.#peek() === quote) this.#step();
    return content;
  }

  /** Skips spaces, line ends and comments; false at the end of the document. */
  #skipBlank(): boolean {
    for (;;) {
      while (/\s/.test(this.#peek())) this.#step();
      if (this.#peek() !== "#") return this.#at < this.#text.length;
      while (this.#at < this.#text.length && this.#peek() !== "\n") this.#step();
    }
  }

  /** Every round of a loop must get on, or a text that is not TOML would be read for ever. */
  #goOn(before: number): void {
    if (this.#at === before) this.#step();
  }

  #spaces(): void {
    while (this.#peek() === " " || this.#peek() === "\t") this.#step();
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #step(): void {
    if (this.#text[this.#at] === "\n") {
      this.#line += 1;
      this.#lineStart = this.#at + 1;
    }
    this.#at += 1;
  }

  #here(): Position {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }
}
