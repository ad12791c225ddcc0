import { createHash } from "node:crypto";
import { ByteBuffer } from "./byte-buffer.ts";
import type { CapturedOutput } from "./types.ts";

/**
 * Keeps the head and the tail of a stream within a fixed number of bytes, and hashes and counts all of it. Bytes
 * are decoded once, at the end, so a flood costs a hash and a copy and nothing else.
 */
export class OutputCapture {
  readonly #headCap: number;
  readonly #tailCap: number;
  readonly #head = new ByteBuffer();
  readonly #tail = new ByteBuffer();
  readonly #hash = createHash("sha256");
  #total = 0;

  constructor(capBytes: number) {
    this.#headCap = Math.ceil(capBytes / 2);
    this.#tailCap = capBytes - this.#headCap;
  }

  push(chunk: Buffer): void {
    this.#total += chunk.length;
    this.#hash.update(chunk);
    const room = this.#headCap - this.#head.length;
    if (room > 0) this.#head.append(chunk.subarray(0, room));
    const rest = chunk.subarray(Math.max(0, room));
    if (rest.length === 0) return;
    this.#tail.append(rest.length > this.#tailCap ? rest.subarray(rest.length - this.#tailCap) : rest);
    // Twice the cap before moving bytes: each byte is then moved at most once.
    if (this.#tail.length > this.#tailCap * 2) this.#tail.keepLast(this.#tailCap);
  }

  /** The result. Call once. */
  finish(): CapturedOutput {
    this.#tail.keepLast(this.#tailCap);
    const sha256 = this.#hash.digest("hex");
    const kept = this.#head.length + this.#tail.length;
    if (kept === this.#total) {
      const text = Buffer.concat([this.#head.view(), this.#tail.view()]).toString("utf8");
      return { text, totalBytes: this.#total, cutBytes: 0, sha256 };
    }
    const head = withoutOpenEnd(this.#head.view());
    const tail = withoutOpenStart(this.#tail.view());
    const cutBytes = this.#total - head.length - tail.length;
    const text = `${head.toString("utf8")}\n[… ${cutBytes} bytes cut …]\n${tail.toString("utf8")}`;
    return { text, totalBytes: this.#total, cutBytes, sha256 };
  }
}

/** Drops a code point that was cut off at the end. */
export function withoutOpenEnd(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    return sequenceLength(byte) > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

function withoutOpenStart(bytes: Buffer): Buffer {
  let start = 0;
  while (start < Math.min(3, bytes.length) && (bytes[start]! & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start);
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}
