/**
 * Bytes that grow at the end, in one allocation. Kept instead of a list of chunks because a program that writes
 * one byte at a time would otherwise cost a hundred bytes of bookkeeping for each.
 */
export class ByteBuffer {
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The bytes so far; valid until the next change. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  append(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length;
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2, 1024));
      grown.set(this.view());
      this.#bytes = grown;
    }
    this.#bytes.set(chunk, this.#length);
    this.#length = needed;
  }

  /** Forgets all but the last `count` bytes. */
  keepLast(count: number): void {
    if (this.#length <= count) return;
    this.#bytes.copyWithin(0, this.#length - count, this.#length);
    this.#length = count;
  }

  clear(): void {
    this.#length = 0;
  }
}
