import { type WsClientMessage, WsServerMessage } from "@harness/protocol";
import { readJson } from "./problem.ts";

/** What a socket must be able to do; a browser's WebSocket, Node's and the `ws` package's fit. */
export interface Socket {
  send(text: string): void;
  close(): void;
  addEventListener(
    type: "open" | "close" | "message" | "error",
    listener: (event: SocketEvent) => void,
  ): void;
}

/** What the events of a socket may carry, each only some of it. */
interface SocketEvent {
  readonly type?: string;
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
}

/** One connection to `/ws/events`: topics in, events out, in order. */
export class Topics {
  readonly #socket: Socket;
  readonly #open: Promise<void>;

  /** Every message of the server reaches `onMessage`; `onClose` is called once, with why. */
  constructor(
    socket: Socket,
    onMessage: (message: WsServerMessage) => void,
    onClose: (reason: string) => void = () => {},
  ) {
    this.#socket = socket;
    let trouble = "";
    let closed = false;
    this.#open = new Promise((resolve, reject) => {
      const end = (reason: string) => {
        if (closed) return;
        closed = true;
        reject(new Error(`The socket is closed: ${reason}`));
        onClose(reason);
      };
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("error", ({ message }) => {
        trouble = message || "no connection";
      });
      socket.addEventListener("close", ({ code, reason }) => end(reason || trouble || `code ${code}`));
      socket.addEventListener("message", ({ data }) => {
        const parsed = WsServerMessage.safeParse(readJson(String(data)));
        if (parsed.success) return onMessage(parsed.data);
        socket.close();
        return end("the server sent what this version does not know");
      });
    });
    // Whoever sends learns of it; whoever does not must not be ended by it.
    this.#open.catch(() => {});
  }

  /** Follows a topic (`all`, `state`, `task:ID`, `thread:ID`, `project:ID`, `type:EVENT,EVENT`) under an id of the caller's. */
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
