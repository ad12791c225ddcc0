import { HarnessError, rpcLimits } from "@harness/protocol";
import { readLines } from "./lines.ts";
import type { Rpc, RpcCaller } from "./rpc.ts";
import type { RpcSession } from "./session.ts";

/** The two ends of a program that talks over its standard input and output. */
export interface StdioStreams {
  readonly input: AsyncIterable<Uint8Array | string> & { destroy?(): unknown };
  readonly output: { write(text: string, done: (error?: Error | null) => void): unknown };
}

/**
 * JSON-RPC with the program that started this one: a JSON value a line, both ways, and nothing else on the output. The
 * other side owns this process, so it is trusted like the operator and needs no token.
 */
export class StdioConnection {
  readonly #streams: StdioStreams;
  readonly #session: RpcSession;
  readonly #over = Promise.withResolvers<string>();
  readonly #patienceMs: number;
  #closed = false;

  /** `patienceMs` is how long a message may wait to be read. */
  constructor(
    rpc: Pick<Rpc, "open">,
    caller: RpcCaller,
    streams: StdioStreams,
    patienceMs: number = rpcLimits.unreadMs,
  ) {
    this.#streams = streams;
    this.#patienceMs = patienceMs;
    this.#session = rpc.open({ write: (text) => this.#write(text), fail: this.#over.resolve }, caller);
  }

  /** Answers until the other side ends its input and has its answers, or reads no more; resolves with which it was. */
  serve(): Promise<string> {
    this.#read().then(this.#over.resolve, () => this.#over.resolve("the input broke"));
    return this.#over.promise;
  }

  /** Ends the connection, whatever is still to be written. */
  close(): void {
    this.#closed = true;
    this.#session.close();
    this.#streams.input.destroy?.();
    this.#over.resolve("closed");
  }

  async #read(): Promise<string> {
    for await (const line of readLines(this.#streams.input, rpcLimits.messageBytes)) {
      if (line.tooLong === undefined) await this.#session.receive(line.bytes);
      else await this.#session.refuse(tooLong(line.tooLong));
    }
    await this.#session.settled();
    return "end of input";
  }

  /** One message at a time is given to the system; a client that does not take it in the end is one that reads none. */
  #write(text: string): Promise<void> {
    if (this.#closed) return Promise.reject(new Error("closed"));
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => this.#over.resolve(`the output was not read for ${this.#patienceMs / 1000} s`),
        this.#patienceMs,
      ).unref();
      this.#streams.output.write(`${text}\n`, (error) => {
        clearTimeout(late);
        if (!error) return resolve();
        this.#over.resolve("nobody reads the output");
        reject(error);
      });
    });
  }
}

function tooLong(bytes: number): HarnessError {
  return new HarnessError(
    "payload_too_large",
    `A line of ${bytes} bytes was skipped: a message may have ${rpcLimits.messageBytes}.`,
    { field: "message" },
  );
}
