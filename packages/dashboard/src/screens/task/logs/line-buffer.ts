/** A line of a log with its place in it, counted from the first. */
export interface Numbered<T> {
  readonly number: number;
  readonly line: T;
}

/** What is kept of a log. */
export interface Lines<T> {
  readonly kept: readonly Numbered<T>[];
  /** Lines before those that are kept. */
  readonly cut: number;
}

/** The newest lines of a log that never ends: a bounded number, and how many were before them. */
export class LineBuffer<T> {
  readonly #most: number;
  #kept: Numbered<T>[] = [];
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(line: T): void {
    this.#kept.push({ number: this.#count, line });
    this.#count += 1;
    // Cut in steps: each line is moved once in a while, not with every line.
    if (this.#kept.length >= this.#most * 2) this.#kept = this.#kept.slice(-this.#most);
  }

  /** A copy of what is kept. */
  lines(): Lines<T> {
    const kept = this.#kept.slice(-this.#most);
    return { kept, cut: this.#count - kept.length };
  }
}
