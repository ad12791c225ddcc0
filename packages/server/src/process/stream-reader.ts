import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { OutputCapture } from "./capture.ts";
import { LineSplitter } from "./line-splitter.ts";
import type { CapturedOutput, OutputStream, SpawnSpec } from "./types.ts";

const DEFAULT_CAP_BYTES = 1024 * 1024;
/** Half of the 10 MB a run may keep, for each of its two streams. */
const MAX_CAP_BYTES = 5_000_000;
const DEFAULT_LINE_BYTES = 1024 * 1024;

/**
 * Reads one output stream of a child. Everything is done when the bytes come, so a slow reader slows the program
 * down through its pipe instead of filling our memory. Text is decoded only when somebody listens.
 */
export class StreamReader {
  readonly #capture: OutputCapture;
  readonly #lines: LineSplitter | undefined;
  readonly #decoder: StringDecoder | undefined;
  readonly #onText: (text: string) => void;

  constructor(name: OutputStream, spec: SpawnSpec, onHandlerError: (error: unknown) => void) {
    const { onLine, onChunk } = spec;
    this.#capture = new OutputCapture(Math.min(spec.outputCapBytes ?? DEFAULT_CAP_BYTES, MAX_CAP_BYTES));
    const guarded = (handler: (name: OutputStream, text: string) => void) => (text: string) => {
      try {
        handler(name, text);
      } catch (error) {
        onHandlerError(error);
      }
    };
    this.#onText = onChunk === undefined ? () => {} : guarded(onChunk);
    this.#decoder = onChunk && new StringDecoder("utf8");
    this.#lines = onLine && new LineSplitter(spec.maxLineBytes ?? DEFAULT_LINE_BYTES, guarded(onLine));
  }

  /** Starts to read. `onBytes` is called for every piece, for the idle limit. */
  attach(stream: Readable, onBytes: () => void): void {
    stream.on("data", (chunk: Buffer) => {
      onBytes();
      this.#capture.push(chunk);
      this.#lines?.push(chunk);
      this.#emit(this.#decoder?.write(chunk));
    });
    // A read error (the pipe was closed by us) is the end of the output, nothing more.
    stream.on("error", () => {});
  }

  /** The end of the output, however it came. Call once. */
  finish(): CapturedOutput {
    this.#lines?.end();
    this.#emit(this.#decoder?.end());
    return this.#capture.finish();
  }

  #emit(text: string | undefined): void {
    if (text !== undefined && text !== "") this.#onText(text);
  }
}
