import { rpcLimits } from "@harness/protocol";

/** Where a session's messages go. */
export interface RpcChannel {
  /** Writes one message; resolves when the next may be written, rejects when nobody reads any more. */
  write(text: string): Promise<void>;
  /** Ends the connection because something failed inside the server. */
  fail(reason: string): void;
}

/** The one way out of a session: responses and notifications one after another, in the order they were given. */
export class OrderedWriter {
  readonly #channel: RpcChannel;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(channel: RpcChannel) {
    this.#channel = channel;
  }

  /** Resolves when the message was handed on and another may follow; rejects when nobody reads any more. */
  write(text: string): Promise<void> {
    this.#waiting += text.length;
    const written = this.#last
      .then(() => this.#channel.write(text))
      .finally(() => {
        this.#waiting -= text.length;
      });
    this.#last = written.catch(() => {});
    return written;
  }

  /** Resolves when all that was given so far was handed on, or cannot be any more. */
  written(): Promise<void> {
    return this.#last;
  }

  /** Resolves when enough was written for more to be asked; undefined when that is so already. */
  room(): Promise<void> | undefined {
    return this.#waiting > rpcLimits.unreadChars ? this.#last.then(() => this.room()) : undefined;
  }
}
