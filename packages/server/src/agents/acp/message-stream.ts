import { type AnyMessage, methods, type Stream } from "@agentclientprotocol/sdk";
import { parseLine } from "../json-line.ts";
import { RpcMessage } from "./lines.ts";

/** What a line of the agent that is not for the SDK is given to. */
export interface AcpListener {
  /** A notification, in order of arrival. */
  notified(method: string, params: unknown): void;
  /** A line that is no message, or an answer to nothing that was asked. */
  noise(text: string): void;
}

/**
 * The connection between the lines of a program and the SDK. Requests and answers go to the SDK; notifications are
 * told at once, for the SDK would drop those of a kind it does not know; anything else is noise.
 */
export class MessageStream {
  readonly stream: Stream;
  readonly #listener: AcpListener;
  readonly #asked = new Set<unknown>();
  #incoming: ReadableStreamDefaultController<AnyMessage> | undefined;

  constructor(write: (line: string) => void, listener: AcpListener) {
    this.#listener = listener;
    const readable = new ReadableStream<AnyMessage>({
      start: (controller) => {
        this.#incoming = controller;
      },
    });
    const writable = new WritableStream<AnyMessage>({
      write: (message) => {
        if ("id" in message && "method" in message) this.#asked.add(message.id);
        write(JSON.stringify(message));
      },
    });
    this.stream = { readable, writable };
  }

  /** Takes a line of the program. */
  line(text: string): void {
    const message = parseLine(RpcMessage, text);
    if (message === undefined || Array.isArray(message)) this.#listener.noise(text);
    else if (message.method === undefined) this.#answer(message, text);
    else if (message.id === undefined && message.method !== methods.protocol.cancelRequest)
      this.#listener.notified(message.method, message.params);
    else this.#pass(message);
  }

  /** Ends the stream: the program is gone. */
  close(): void {
    this.#incoming?.close();
    this.#incoming = undefined;
  }

  #answer(message: RpcMessage, text: string): void {
    if (this.#asked.delete(message.id)) this.#pass(message);
    else this.#listener.noise(text);
  }

  /** The SDK checks the rest of the message's shape itself. */
  #pass(message: RpcMessage): void {
    this.#incoming?.enqueue(message as unknown as AnyMessage);
  }
}
