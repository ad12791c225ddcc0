import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { type Clock, HarnessError } from "@harness/protocol";
import { z } from "zod";
import { dataDirPaths } from "./data-dir.ts";
import { liveness, ownMark, ProcessMark } from "./process-mark.ts";

const Owner = ProcessMark.extend({ since: z.string(), released: z.boolean() });
/** Who owns a data directory. */
export type DataDirOwner = z.infer<typeof Owner>;

/** What may be owned in a data directory: the data, by one server, and the server, by one supervisor. */
export type OwnedPart = "lock" | "supervisorLock";

/** An owner that cannot be seen from here counts as gone when it has not touched its record for this long. */
const unseenOwnerMs = 60_000;
const touchEveryMs = 10_000;

/**
 * Exclusive ownership of a data directory by one process.
 *
 * Records are files `owner.<n>`; the highest number owns. A record appears whole (written aside, then linked,
 * which fails when the name is taken) and the highest one is never removed, only followed by `n + 1` when its
 * process is gone; so of two starters that see the same dead owner one gets the next number and the other finds
 * a live owner. After linking, a starter looks again and steps back when a higher number exists: its view was old.
 */
export class DataDirLock implements Disposable {
  readonly #file: string;
  readonly #owner: DataDirOwner;
  readonly #timer: NodeJS.Timeout;
  #held = true;

  private constructor(file: string, owner: DataDirOwner) {
    this.#file = file;
    this.#owner = owner;
    this.#timer = setInterval(() => this.#touch(), touchEveryMs);
    this.#timer.unref();
  }

  /** Takes the directory, which must exist (`createDataDir`). Throws `data_dir_locked` with the pid of the process that has it. */
  static take(dataDir: string, clock: Clock, part: OwnedPart = "lock"): DataDirLock {
    const folder = dataDirPaths(dataDir)[part];
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    const owner = { ...ownMark(), since: new Date(clock.now()).toISOString(), released: false };
    const aside = path.join(folder, `new.${process.pid}.${randomBytes(8).toString("hex")}`);
    writeWhole(aside, owner);
    try {
      for (;;) {
        const highest = highestRecord(folder);
        const seen = highest === 0 ? null : readRecord(folder, highest);
        if (seen !== null) refuseLive(dataDir, seen, clock);
        if (!tryLink(aside, recordFile(folder, highest + 1))) continue;
        if (highestRecord(folder) === highest + 1) {
          removeOlder(folder, highest + 1);
          return new DataDirLock(recordFile(folder, highest + 1), owner);
        }
        rmSync(recordFile(folder, highest + 1), { force: true });
      }
    } finally {
      rmSync(aside, { force: true });
    }
  }

  /** Gives the directory back. The record stays, marked as released. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    clearInterval(this.#timer);
    const aside = `${this.#file}.released`;
    try {
      writeWhole(aside, { ...this.#owner, released: true });
      renameSync(aside, this.#file);
    } catch {
      // The directory may be gone or the disk full; the record then names a process that will soon be dead.
      rmSync(aside, { force: true });
    }
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #touch(): void {
    try {
      const now = new Date();
      utimesSync(this.#file, now, now);
    } catch {
      // Nobody on this machine judges by the time; a removed directory is noticed where it is used.
    }
  }
}

/** The live owner of a data directory, or null. Used by commands that want to talk to the running server. */
export function dataDirOwner(dataDir: string, clock: Clock, part: OwnedPart = "lock"): DataDirOwner | null {
  const folder = dataDirPaths(dataDir)[part];
  const highest = highestRecord(folder);
  const seen = highest === 0 ? null : readRecord(folder, highest);
  return seen !== null && isLive(seen, clock) ? seen.owner : null;
}

interface SeenRecord {
  readonly owner: DataDirOwner;
  readonly touchedAt: number;
}

function isLive({ owner, touchedAt }: SeenRecord, clock: Clock): boolean {
  if (owner.released) return false;
  const state = liveness(owner);
  return state === "alive" || (state === "elsewhere" && clock.now() - touchedAt < unseenOwnerMs);
}

function refuseLive(dataDir: string, seen: SeenRecord, clock: Clock): void {
  if (!isLive(seen, clock)) return;
  const { pid, host, since } = seen.owner;
  const where = liveness(seen.owner) === "elsewhere" ? ` on ${host} (another container or machine)` : "";
  throw new HarnessError(
    "data_dir_locked",
    `The data directory ${dataDir} belongs to process ${pid}${where} since ${since}. ` +
      "Stop that server, or choose another directory with --data-dir.",
    { got: String(pid), field: "server.data_dir" },
  );
}

function recordFile(folder: string, number: number): string {
  return path.join(folder, `owner.${number}`);
}

function recordNumbers(folder: string): number[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      const digits = /^owner\.(\d{1,15})$/.exec(name)?.[1];
      return digits === undefined ? [] : [Number(digits)];
    });
  } catch {
    return [];
  }
}

function highestRecord(folder: string): number {
  return Math.max(0, ...recordNumbers(folder));
}

/** Null when the record is unreadable or not one of ours: after a power cut a file may be empty, and nobody alive wrote it. */
function readRecord(folder: string, number: number): SeenRecord | null {
  const file = recordFile(folder, number);
  try {
    const owner = Owner.parse(JSON.parse(readFileSync(file, "utf8")));
    return { owner, touchedAt: statSync(file).mtimeMs };
  } catch {
    return null;
  }
}

function writeWhole(file: string, owner: DataDirOwner): void {
  const descriptor = openSync(file, "wx", 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify(owner)}\n`);
  } finally {
    closeSync(descriptor);
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function removeOlder(folder: string, own: number): void {
  for (const number of recordNumbers(folder))
    if (number < own) rmSync(recordFile(folder, number), { force: true });
}
