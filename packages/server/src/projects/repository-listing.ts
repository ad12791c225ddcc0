/** What detection may look at: the names of the files in the repository and the text of some. */
export interface RepositoryListing {
  /** Paths relative to the root, with forward slashes. */
  readonly files: readonly string[];
  /** The text of a file, or undefined when it cannot be read as text. */
  read(path: string): string | undefined;
}

/** A repository as detection sees it. */
export class Repository {
  readonly #listing: RepositoryListing;
  readonly #root: ReadonlySet<string>;

  constructor(listing: RepositoryListing) {
    this.#listing = listing;
    this.#root = new Set(listing.files.filter((file) => !file.includes("/")));
  }

  /** Whether a file stands at the root. */
  has(...names: readonly string[]): boolean {
    return names.some((name) => this.#root.has(name));
  }

  first(...names: readonly string[]): string | undefined {
    return names.find((name) => this.#root.has(name));
  }

  rootFiles(pattern: RegExp): string[] {
    return [...this.#root].filter((name) => pattern.test(name));
  }

  any(pattern: RegExp): boolean {
    return this.#listing.files.some((file) => pattern.test(file));
  }

  read(name: string): string | undefined {
    return this.has(name) ? this.#listing.read(name) : undefined;
  }
}
