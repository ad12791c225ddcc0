import { constants, createWriteStream } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import { createGzip } from "node:zlib";
import type { Clock } from "@harness/protocol";
import { bounded } from "./json-line.ts";
import type { RawDirection } from "./port.ts";
import type { RecordingEntry, RecordingHead } from "./recording.ts";
import { RecordingCleaner, type TextRedaction } from "./recording-cleaner.ts";
import { recordingFiles, recordingPieces } from "./recording-files.ts";
import { WaitingLines } from "./waiting-lines.ts";

/** Longest line that is kept whole. */
const MAX_LINE_CHARS = 512 * 1024;
/** What a line takes besides its text: a flood of empty lines is one too. */
const LINE_BYTES = 32;
/** What is told reaches the disk at most this late (milliseconds): its beginning, and of a long one the rest. */
const LATE_MS = 50;
const TAIL_LATE_MS = 1_000;
/** So much is cleaned of secrets in one step. */
const STEP_BYTES = 64 * 1024;

/** What a recording is written with. */
export interface RecordingWriterDeps {
  readonly folder: string;
  /** What its files are called, without their ending. */
  readonly name: string;
  readonly clock: Clock;
  /** Takes secrets out of a text, before it reaches the disk; and out of one that comes in pieces. */
  readonly redact: (text: string) => string;
  readonly redaction: () => TextRedaction;
  /** Most bytes that are kept, half of them from the beginning. */
  readonly max: number;
}

/**
 * Writes down the raw traffic of one turn while it happens, so that a server that dies leaves what was told up to then.
 *
 * ```
 * <name>.jsonl               the beginning, half of what is kept; nothing of it is ever dropped
 * <name>.tail-000003.jsonl   the newest quarters of what comes after; older ones are deleted
 * <name>.jsonl.gz            all of it, once the turn is over
 * ```
 * A flood costs little: of what comes faster than it is written, only the newest is cleaned and kept. However fast it
 * comes, what waits in memory is bounded by the beginning and a quarter of what is kept, and no agent is held up.
 */
export class RecordingWriter {
  readonly #deps: RecordingWriterDeps;
  readonly #head: RecordingHead;
  readonly #cleaner: RecordingCleaner;
  /** What waits of the beginning: all of it; and of what comes after: a quarter of what is kept. */
  #first = new WaitingLines(Number.POSITIVE_INFINITY);
  readonly #last: WaitingLines;
  #roomAtFirst: number;
  #tail = { n: -1, bytes: 0 };
  #file: FileHandle | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(head: RecordingHead, deps: RecordingWriterDeps) {
    this.#deps = deps;
    this.#head = head;
    this.#cleaner = new RecordingCleaner(deps.redaction);
    this.#roomAtFirst = deps.max / 2;
    this.#last = new WaitingLines(deps.max / 4);
    this.#soon(0);
  }

  /** Takes a line or message. Never waits, never throws. */
  add(direction: RawDirection, text: string): void {
    if (this.#closed) return;
    const t = this.#deps.clock.now() - this.#head.started_at;
    const over = text.length - MAX_LINE_CHARS;
    if (over <= 0) this.#take({ t, d: direction, s: text });
    else {
      this.#take({
        t,
        d: direction,
        s: this.#deps.redact(bounded(text, MAX_LINE_CHARS)).replaceAll("\n", " "),
      });
      this.#take({ t, d: "cut", s: String(over) });
    }
    this.#soon(this.#roomAtFirst >= 0 ? LATE_MS : TAIL_LATE_MS);
  }

  /** Writes the rest and packs it all. Rejects when the disk does not take it. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flush();
    await this.#writing;
    const rest = this.#cleaner.flush(this.#deps.clock.now() - this.#head.started_at);
    await this.#file?.appendFile(rest.map(lineOf).join(""));
    await this.#file?.close();
    await this.#pack();
  }

  #take(entry: RecordingEntry): void {
    this.#roomAtFirst -= Buffer.byteLength(entry.s) + LINE_BYTES;
    if (this.#roomAtFirst >= 0) this.#first.push(entry);
    else this.#last.push(entry);
  }

  #soon(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, ms);
  }

  #flush(): void {
    this.#writing = this.#writing.then(async () => {
      if (this.#file === undefined && this.#tail.n < 0) await this.#begin();
      await this.#write(this.#first);
      // What there was of the beginning is written, and no more comes.
      if (this.#roomAtFirst < 0) this.#first = new WaitingLines(0);
      if (this.#last.size === 0) return;
      await this.#turnOver();
      this.#tail.bytes += await this.#write(this.#last);
    });
    // Whoever closes hears of it; until then nothing more can be written either.
    this.#writing.catch(() => undefined);
  }

  async #begin(): Promise<void> {
    this.#file = await openNew(this.#files.beginning);
    await this.#file.appendFile(`${this.#deps.redact(JSON.stringify(this.#head))}\n`);
  }

  /** Begins the next piece of the tail when there is none or it is full, and deletes the one that is too old. */
  async #turnOver(): Promise<void> {
    if (this.#tail.n >= 0 && this.#tail.bytes < this.#deps.max / 4) return;
    await this.#file?.close();
    this.#tail = { n: this.#tail.n + 1, bytes: 0 };
    this.#file = await openNew(this.#files.tail(this.#tail.n));
    await rm(this.#files.tail(this.#tail.n - 2), { force: true });
  }

  /** Cleans and writes about what waits now, with room for others in between. Returns how much it was. */
  async #write(waiting: WaitingLines): Promise<number> {
    let total = 0;
    for (let left = waiting.size; left > 0; left -= STEP_BYTES) {
      const entries = waiting.take(Math.min(left, STEP_BYTES));
      const text = entries.flatMap((entry) => this.#cleaner.push(entry).map(lineOf)).join("");
      await this.#file?.appendFile(text);
      total += Buffer.byteLength(text);
      await setImmediate();
    }
    return total;
  }

  async #pack(): Promise<void> {
    const { folder, name } = this.#deps;
    const unnamed = `${this.#files.packed}.new`;
    await rm(unnamed, { force: true });
    const packed = createWriteStream(unnamed, { mode: 0o600, flags: "wx" });
    await pipeline(recordingPieces(folder, name), createGzip(), packed);
    await rename(unnamed, this.#files.packed);
    await rm(this.#files.beginning, { force: true });
    for (let n = Math.max(0, this.#tail.n - 1); n <= this.#tail.n; n += 1)
      await rm(this.#files.tail(n), { force: true });
  }

  get #files() {
    return recordingFiles(this.#deps.folder, this.#deps.name);
  }
}

function lineOf(entry: RecordingEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

function openNew(file: string): Promise<FileHandle> {
  return open(file, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_APPEND, 0o600);
}
