import { type WsClientMessage, WsServerMessage } from "@harness/protocol";

/** What a socket must be able to do; a browser's WebSocket and the `ws` package's fit. */
export interface Socket {
  send(text: string): void;
  close(): void;
  addEventListener(type: "open" | "close" | "message", listener: (event: { data?: unknown }) => void): void;
}

/** One connection to `/ws/events`: topics in, events out, in order. */
export class Topics {
  readonly #socket: Socket;
  readonly #open: Promise<void>;

  /** Every message of the server reaches `onMessage`; `onClose` is called once. */
  constructor(socket: Socket, onMessage: (message: WsServerMessage) => void, onClose: () => void = () => {}) {
    this.#socket = socket;
    this.#open = new Promise((resolve) => socket.addEventListener("open", () => resolve()));
    socket.addEventListener("message", ({ data }) =>
      onMessage(WsServerMessage.parse(JSON.parse(String(data)))),
    );
    socket.addEventListener("close", onClose);
  }

  /** Follows a topic (`all`, `task:ID`, `project:ID`, `type:EVENT`) under an id of the caller's. */
  subscribe(id: string, topic: string, after_seq?: number): Promise<void> {
    return this.#send({ type: "subscribe", id, topic, ...(after_seq === undefined ? {} : { after_seq }) });
  }

  unsubscribe(id: string): Promise<void> {
    return this.#send({ type: "unsubscribe", id });
  }

  close(): void {
    this.#socket.close();
  }

  async #send(message: WsClientMessage): Promise<void> {
    await this.#open;
    this.#socket.send(JSON.stringify(message));
  }
}
