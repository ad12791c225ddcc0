import { ByteBuffer } from "./byte-buffer.ts";
import { withoutOpenEnd } from "./capture.ts";

const LINE_FEED = 0x0a;

/**
 * Cuts a byte stream into lines. Works on bytes, so code points split over reads are right; invalid UTF-8 becomes
 * U+FFFD. A line longer than the limit is given cut, with the number of bytes left out, so memory stays bounded.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  readonly #emit: (line: string) => void;
  readonly #open = new ByteBuffer();
  #dropped = 0;

  constructor(maxLineBytes: number, emit: (line: string) => void) {
    this.#maxLineBytes = maxLineBytes;
    this.#emit = emit;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end === -1) break;
      this.#take(chunk.subarray(start, end));
      this.#flush();
      start = end + 1;
    }
    if (start < chunk.length) this.#take(chunk.subarray(start));
  }

  /** Gives the last line when the stream ended without a line end. */
  end(): void {
    if (this.#open.length > 0) this.#flush();
  }

  #take(bytes: Buffer): void {
    const room = this.#maxLineBytes - this.#open.length;
    this.#open.append(bytes.subarray(0, room));
    this.#dropped += Math.max(0, bytes.length - room);
  }

  #flush(): void {
    const bytes = this.#open.view();
    let line: string;
    if (this.#dropped > 0) {
      const kept = withoutOpenEnd(bytes);
      line = `${kept.toString("utf8")}[… ${this.#dropped + bytes.length - kept.length} bytes cut …]`;
    } else {
      line = bytes.toString("utf8", 0, bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length);
    }
    this.#open.clear();
    this.#dropped = 0;
    this.#emit(line);
  }
}
