import { createHash, randomBytes } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Configuration files that name exact directories as safe. A `-c safe.directory` does not reach the process that
 * serves a local fetch (git strips it there), a configuration file does; and a wildcard would trust everything.
 */
export class SafeDirectoryFiles {
  readonly #dir: string;
  readonly #written = new Map<string, string>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The file that allows exactly these directories; none is needed for an empty list. */
  async fileFor(directories: readonly string[]): Promise<string | undefined> {
    if (directories.length === 0) return undefined;
    const text = `[safe]\n${directories.map((path) => `\tdirectory = ${quote(path)}\n`).join("")}`;
    const known = this.#written.get(text);
    if (known !== undefined) return known;
    const name = createHash("sha256").update(text).digest("hex").slice(0, 16);
    const file = join(this.#dir, `safe-${name}.gitconfig`);
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const draft = `${file}.${randomBytes(6).toString("hex")}`;
    await writeFile(draft, text, { mode: 0o600, flag: "wx" });
    await rename(draft, file);
    this.#written.set(text, file);
    return file;
  }
}

function quote(path: string): string {
  return `"${path.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n").replace(/\t/g, "\\t")}"`;
}
