import type { Socket } from "./topics.ts";

/** Texts held for a reader that is slower than the server; past that the socket is let go and resumed later. */
const MOST_HELD = 4096;

/** The texts one socket receives, in order, until it closes or its reader falls too far behind. */
export class SocketTexts implements Disposable {
  readonly #socket: Socket;
  /** Fulfilled when it is open; rejected when it never is. */
  readonly opened: Promise<void>;
  readonly #signal: AbortSignal | undefined;
  readonly #close = () => this.#socket.close();
  /** Why it closed, and with which code. */
  ended: { readonly code: number; readonly reason: string } | undefined;
  #held: string[] = [];
  #wake = () => {};

  constructor(socket: Socket, signal: AbortSignal | undefined) {
    this.#socket = socket;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#close, { once: true });
    let trouble = "";
    this.opened = new Promise((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("error", ({ message }) => {
        trouble = message || "no connection";
      });
      socket.addEventListener("close", ({ code = 1006, reason }) => {
        this.#end(code, reason || trouble || `code ${code}`);
        reject(new Error(`The socket is closed: ${this.ended?.reason}`));
      });
      socket.addEventListener("message", ({ data }) => this.#put(String(data)));
    });
    // Whoever sends learns of it; whoever does not must not be ended by it.
    this.opened.catch(() => {});
  }

  /** Sends a text once the socket is open; rejects when it never is. */
  async send(text: string): Promise<void> {
    await this.opened;
    this.#socket.send(text);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    for (;;) {
      const ready = this.#held;
      this.#held = [];
      yield* ready;
      if (this.#held.length > 0) continue;
      if (this.ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  [Symbol.dispose](): void {
    this.#signal?.removeEventListener("abort", this.#close);
    this.#socket.close();
  }

  #put(text: string): void {
    if (this.ended) return;
    this.#held.push(text);
    if (this.#held.length >= MOST_HELD) {
      this.#socket.close();
      this.#end(1006, "its reader was too slow");
    }
    this.#wake();
  }

  #end(code: number, reason: string): void {
    this.ended ??= { code, reason };
    this.#wake();
  }
}
