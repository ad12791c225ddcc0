import type { WebSocket } from "ws";

/** Bytes a socket may have waiting before what is sent to it pauses. */
const PAUSE_BYTES = 1024 * 1024;
/** Pings a client may send in a second. */
const MOST_PINGS = 200;
/** How long a client may take to answer a close (milliseconds). */
const FAREWELL_MS = 1_000;

/** How long the server waits for the client of a socket. */
export interface SocketPatience {
  readonly heartbeatMs: number;
  /** How long a socket may stay full before it is dropped; it resumes from its cursors. */
  readonly drainMs: number;
}

export interface LiveSocketOptions extends SocketPatience {
  /** Messages a client may send in a second; no limit unless told. */
  readonly mostMessages?: number;
  readonly onMessage: (data: Buffer, isBinary: boolean) => void;
  /** The socket ends, by whoever's wish; nothing can be sent any more. */
  readonly onEnd: () => void;
}

/**
 * One WebSocket as every feed of ours treats it: pinged, and dropped when it does not answer, stays full or floods.
 */
export class LiveSocket {
  readonly #socket: WebSocket;
  readonly #options: LiveSocketOptions;
  #messages = { since: 0, count: 0 };
  #pings = { since: 0, count: 0 };
  #heard = true;
  #fullSince: number | undefined;
  #ending = false;

  constructor(socket: WebSocket, options: LiveSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    const beat = setInterval(() => this.#beat(), options.heartbeatMs);
    socket.on("pong", () => {
      this.#heard = true;
    });
    // The library answers pings by itself; a flood of them is a flood all the same.
    socket.on("ping", () => this.#within(this.#pings, MOST_PINGS));
    socket.on("message", (data, isBinary) => {
      if (this.#within(this.#messages, options.mostMessages)) options.onMessage(data as Buffer, isBinary);
    });
    // The library has said why, as with 1007 and 1009; the client gets a moment to hear it.
    socket.on("error", () => this.#leave());
    socket.on("close", () => {
      clearInterval(beat);
      this.#ended();
    });
  }

  get isOpen(): boolean {
    return !this.#ending && this.#socket.readyState === this.#socket.OPEN;
  }

  /** Sends a text; resolves when the next may be sent. One that stays full is dropped meanwhile. */
  async send(text: string): Promise<void> {
    this.#socket.send(text);
    if (this.#socket.bufferedAmount > PAUSE_BYTES) await this.#flushed();
  }

  /** Reads nothing of the client until the promise is fulfilled. */
  pauseUntil(room: Promise<void>): void {
    this.#socket.pause();
    void room.finally(() => this.#socket.resume());
  }

  /** Says why it ends and ends, with or without the client. */
  end(code: number, reason: string): void {
    if (this.#ending) return;
    this.#socket.close(code, reason);
    this.#leave();
  }

  #leave(): void {
    this.#ended();
    const late = setTimeout(() => this.#socket.terminate(), FAREWELL_MS);
    this.#socket.on("close", () => clearTimeout(late));
  }

  #ended(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#options.onEnd();
  }

  #beat(): void {
    // What waits in a full socket hides the pong; then the time to drain decides.
    this.#fullSince = this.#socket.bufferedAmount > 0 ? (this.#fullSince ?? performance.now()) : undefined;
    const stuck =
      this.#fullSince !== undefined && performance.now() - this.#fullSince >= this.#options.drainMs;
    if (stuck || (this.#fullSince === undefined && !this.#heard)) this.#socket.terminate();
    else if (this.#fullSince === undefined) this.#socket.ping();
    this.#heard = false;
  }

  /** False once the client sent more than it may. */
  #within(window: { since: number; count: number }, most: number | undefined): boolean {
    const now = performance.now();
    if (now - window.since > 1000) {
      window.since = now;
      window.count = 0;
    }
    window.count += 1;
    this.#heard = true;
    if (most !== undefined && window.count > most) this.end(1008, "too many messages");
    return !this.#ending;
  }

  /** Waits until what is buffered was handed on; `ws` has no drain event, so an empty pong's callback tells. */
  async #flushed(): Promise<void> {
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => this.#socket.terminate(), this.#options.drainMs);
      this.#socket.pong("", false, () => {
        clearTimeout(late);
        resolve();
      });
    });
  }
}
