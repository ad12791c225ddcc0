import type { RecordingEntry } from "./recording.ts";

/** Before each line: its time, its characters, its bytes, and which way it went. */
const HEADER_BYTES = 17;
const SMALLEST_BYTES = 64 * 1024;
const DIRECTIONS: readonly RecordingEntry["d"][] = ["out", "in", "err", "mark", "cut"];

/**
 * Lines of a recording that wait to be written, up to a number of bytes: of more, the oldest go. They wait as bytes
 * outside of the heap, for a flood of strings that live a little makes the heap grow to several times their size.
 */
export class WaitingLines {
  readonly #max: number;
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  /** Characters that were dropped; undefined when no line was. */
  #dropped: number | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  /** Bytes that wait. */
  get size(): number {
    return this.#end - this.#start;
  }

  push({ t, d, s }: RecordingEntry): void {
    const length = Buffer.byteLength(s);
    this.#makeRoom(HEADER_BYTES + length);
    const at = this.#end;
    this.#bytes.writeDoubleLE(t, at);
    this.#bytes.writeUInt32LE(s.length, at + 8);
    this.#bytes.writeUInt32LE(length, at + 12);
    this.#bytes.writeUInt8(DIRECTIONS.indexOf(d), at + 16);
    this.#bytes.write(s, at + HEADER_BYTES);
    this.#end = at + HEADER_BYTES + length;
    while (this.size > this.#max && this.#start + this.#sizeAt(this.#start) < this.#end) this.#drop();
  }

  /** The oldest of them, about so many bytes; before them, how many characters were dropped. */
  take(bytes: number): RecordingEntry[] {
    const taken: RecordingEntry[] = [];
    const until = Math.min(this.#end, this.#start + bytes);
    while (this.#start < until) {
      const entry = this.#entryAt(this.#start);
      if (this.#dropped !== undefined) taken.push({ t: entry.t, d: "cut", s: String(this.#dropped) });
      this.#dropped = undefined;
      taken.push(entry);
      this.#start += this.#sizeAt(this.#start);
    }
    return taken;
  }

  #entryAt(at: number): RecordingEntry {
    const t = this.#bytes.readDoubleLE(at);
    const d = DIRECTIONS[this.#bytes.readUInt8(at + 16)] ?? "out";
    return { t, d, s: this.#bytes.toString("utf8", at + HEADER_BYTES, at + this.#sizeAt(at)) };
  }

  #sizeAt(at: number): number {
    return HEADER_BYTES + this.#bytes.readUInt32LE(at + 12);
  }

  #drop(): void {
    const at = this.#start;
    const isCut = DIRECTIONS[this.#bytes.readUInt8(at + 16)] === "cut";
    // Of a cut that is dropped, what it says was left out.
    const chars = isCut ? Number(this.#entryAt(at).s) : this.#bytes.readUInt32LE(at + 8);
    this.#dropped = (this.#dropped ?? 0) + chars;
    this.#start += this.#sizeAt(at);
  }

  /** Moves what waits to the front, or into more bytes: each is moved at most once for each time it is replaced. */
  #makeRoom(more: number): void {
    if (this.#end + more <= this.#bytes.length) return;
    const needed = this.size + more;
    const larger = needed * 2 > this.#bytes.length;
    const target = larger ? Buffer.allocUnsafeSlow(Math.max(SMALLEST_BYTES, needed * 2)) : this.#bytes;
    this.#bytes.copy(target, 0, this.#start, this.#end);
    this.#bytes = target;
    this.#end -= this.#start;
    this.#start = 0;
  }
}
