/** Paths kept over all lists: that of one very large repository. */
const MOST_PATHS = 250_000;

/** The paths of the commits that were asked for last: whoever types a path asks with every letter. */
export class PathLists {
  readonly #read: (root: string, commit: string) => Promise<readonly string[]>;
  /** The one used last comes last. */
  readonly #kept = new Map<string, readonly string[]>();

  constructor(read: (root: string, commit: string) => Promise<readonly string[]>) {
    this.#read = read;
  }

  /** The paths of the files of a commit of a repository, in order. */
  async of(root: string, commit: string): Promise<readonly string[]> {
    const key = `${commit} ${root}`;
    const paths = this.#kept.get(key) ?? (await this.#read(root, commit));
    this.#kept.delete(key);
    this.#kept.set(key, paths);
    let held = 0;
    for (const [name, list] of [...this.#kept].reverse()) {
      held += list.length;
      if (held > MOST_PATHS && name !== key) this.#kept.delete(name);
    }
    return paths;
  }
}
