import type { WebSocket } from "ws";

/** A client of a socket, which can be told that it is over. */
export interface SocketClient {
  end(code: number, reason: string): void;
}

/** Every WebSocket that is open, so that the server can end them. */
export class SocketHall {
  readonly #open = new Set<SocketClient>();
  #closed = false;

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Takes in a socket whose handshake was judged like any request; it ends with the token it was opened with. */
  enter(socket: WebSocket, client: SocketClient, over: AbortSignal): void {
    const end = () => client.end(1008, "the token is no longer valid");
    this.#open.add(client);
    over.addEventListener("abort", end, { once: true });
    socket.on("close", () => {
      this.#open.delete(client);
      over.removeEventListener("abort", end);
    });
    if (over.aborted) end();
    if (this.#closed) client.end(1001, "the server is stopping");
  }

  /** Tells every client that the server stops, and drops those that do not answer. */
  close(): void {
    this.#closed = true;
    for (const client of this.#open) client.end(1001, "the server is stopping");
  }
}
