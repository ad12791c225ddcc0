import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import path from "node:path";

const rotateAtBytes = 67_108_864;
const keptRotations = 4;

/**
 * The file of the runtime log, mode 0600, written record by record so that a crash loses nothing. At 64 MiB, unless told otherwise, it is
 * put aside as `.1`, `.2` … and a new one begins; four are kept. A failing disk never stops the server: records are
 * counted as lost until writing works again.
 */
export class LogFile {
  readonly file: string;
  readonly #rotateAt: number;
  readonly #onLost: (error: unknown) => void;
  #descriptor: number;
  #size: number;
  #lost = 0;

  constructor(file: string, options: { rotateAt?: number; onLost?: (error: unknown) => void } = {}) {
    this.file = file;
    this.#rotateAt = options.rotateAt ?? rotateAtBytes;
    this.#onLost = options.onLost ?? (() => {});
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    this.#descriptor = openPrivate(file);
    this.#size = fstatSync(this.#descriptor).size;
  }

  /** Records that could not be written since the last one that could. */
  get lost(): number {
    return this.#lost;
  }

  write(line: string): void {
    try {
      if (this.#size >= this.#rotateAt) this.#rotate();
      const bytes = Buffer.from(line, "utf8");
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done);
      this.#size += bytes.length;
      this.#lost = 0;
    } catch (error) {
      this.#lost += 1;
      this.#onLost(error);
    }
  }

  close(): void {
    if (this.#descriptor < 0) return;
    closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  #rotate(): void {
    this.#size = 0;
    rmSync(`${this.file}.${keptRotations}`, { force: true });
    for (let number = keptRotations - 1; number >= 0; number--)
      moveIfThere(number === 0 ? this.file : `${this.file}.${number}`, `${this.file}.${number + 1}`);
    const next = openPrivate(this.file);
    closeSync(this.#descriptor);
    this.#descriptor = next;
  }
}

function openPrivate(file: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  const descriptor = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  fchmodSync(descriptor, 0o600);
  return descriptor;
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}
