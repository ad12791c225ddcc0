import { closeSync, openSync, readSync } from "node:fs";

/** As much as the environment of a program may be on most systems; more of it grows the buffer. */
const FIRST_SIZE = 128 * 1024;

/**
 * Reads files of /proc, thousands a second: all into one buffer that is used again, with three calls of the system
 * for each.
 */
export class ProcFiles {
  #buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);

  /** What a file says, good until the next read; undefined when it is gone meanwhile or not ours to read. */
  read(path: string): Buffer | undefined {
    let file: number | undefined;
    try {
      file = openSync(path, "r");
      for (let end = 0; ; this.#grow()) {
        // These files give all they have at once: less than was asked for is the end.
        end += readSync(file, this.#buffer, end, this.#buffer.length - end, null);
        if (end < this.#buffer.length) return this.#buffer.subarray(0, end);
      }
    } catch {
      return undefined;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  #grow(): void {
    const larger = Buffer.allocUnsafeSlow(this.#buffer.length * 2);
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }
}
