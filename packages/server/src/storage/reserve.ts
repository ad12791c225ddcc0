import { randomBytes } from "node:crypto";
import { rmSync, statSync } from "node:fs";
import { open, rename } from "node:fs/promises";

const STEP_BYTES = 1024 * 1024;

/**
 * A file that only takes up room, so that room can be made: on a full disk SQLite cannot even delete a row, and
 * giving the reserve back lets states change and work be cancelled. Really written and flushed, with bytes no file
 * system can shrink; mode 0600.
 */
export class Reserve {
  readonly bytes: number;
  readonly #file: string;
  #held: boolean;
  #making: Promise<boolean> | undefined;
  #freed = 0;

  constructor(settings: { readonly file: string; readonly bytes: number }) {
    this.#file = settings.file;
    this.bytes = settings.bytes;
    this.#held = this.#isThere();
  }

  /** True when the whole reserve lies on the disk. */
  get held(): boolean {
    return this.#held;
  }

  /** Writes the reserve unless it is there. False when it could not be; nothing of it is left then. */
  make(): Promise<boolean> {
    if (this.#held || this.bytes === 0) return Promise.resolve(this.#held);
    this.#making ??= this.#write().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  /** Gives the room back, at once. True when there was any to give. */
  free(): boolean {
    const had = this.#held || this.#making !== undefined;
    this.#freed += 1;
    this.#held = false;
    rmSync(this.#file, { force: true });
    rmSync(this.#draft, { force: true });
    return had;
  }

  get #draft(): string {
    return `${this.#file}.draft`;
  }

  async #write(): Promise<boolean> {
    const freed = this.#freed;
    try {
      const handle = await open(this.#draft, "w", 0o600);
      try {
        const step = randomBytes(STEP_BYTES);
        for (let left = this.bytes; left > 0; left -= step.length) {
          if (freed !== this.#freed) throw new Error("the reserve is needed");
          await handle.write(step, 0, Math.min(left, step.length));
        }
        // A file system that allocates late finds out here whether there is room.
        await handle.sync();
      } finally {
        await handle.close();
      }
      if (freed !== this.#freed) throw new Error("the reserve is needed");
      await rename(this.#draft, this.#file);
      this.#held = freed === this.#freed;
    } catch {
      rmSync(this.#draft, { force: true });
    }
    return this.#held;
  }

  #isThere(): boolean {
    const stats = statSync(this.#file, { throwIfNoEntry: false });
    return stats !== undefined && stats.size === this.bytes && stats.blocks * 512 >= this.bytes;
  }
}
