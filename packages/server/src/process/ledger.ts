import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

/** A running process as written down for the server that comes after a crash. */
export const LedgerEntry = z.object({
  pid: z.number().int().positive(),
  start_time: z.string(),
  boot_id: z.string(),
  cookie: z.string(),
  mark: z.string(),
  owner_pid: z.number().int().positive(),
  owner_start_time: z.string(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/**
 * The processes this data directory has running, one file (0600) each in a directory of its own (0700). Writes are
 * synchronous: an entry must exist before the first byte of output is read. They are not flushed to the disk,
 * because what they describe does not survive a power cut either.
 */
export class ProcessLedger {
  readonly #dir: string;
  #ready = false;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Tells this data directory's processes from those of another. */
  get ownerHash(): string {
    return createHash("sha256").update(resolve(this.#dir)).digest("hex").slice(0, 24);
  }

  add(entry: LedgerEntry): void {
    if (!this.#ready) {
      mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
      chmodSync(this.#dir, 0o700);
      this.#ready = true;
    }
    writeFileSync(this.#file(entry), JSON.stringify(entry), { mode: 0o600 });
  }

  remove(entry: LedgerEntry): void {
    rmSync(this.#file(entry), { force: true });
  }

  /** All readable entries; a half-written file is left out and deleted, the cookie scan finds its process. */
  entries(): LedgerEntry[] {
    return this.#names().flatMap((name) => {
      const path = join(this.#dir, name);
      const parsed = parseEntry(path);
      if (parsed === undefined) rmSync(path, { force: true });
      return parsed ?? [];
    });
  }

  #names(): string[] {
    try {
      return readdirSync(this.#dir).filter((name) => name.endsWith(".json"));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
      throw error;
    }
  }

  #file(entry: LedgerEntry): string {
    return join(this.#dir, `${entry.pid}-${entry.start_time.replace(/\W+/g, "_")}.json`);
  }
}

function parseEntry(path: string): LedgerEntry | undefined {
  try {
    return LedgerEntry.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
  } catch {
    return undefined;
  }
}
