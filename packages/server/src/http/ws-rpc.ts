import { HarnessError } from "@harness/protocol";
import type { WebSocket } from "ws";
import type { Rpc, RpcCaller, RpcSession } from "../rpc/index.ts";
import { LiveSocket, type SocketPatience } from "./live-socket.ts";
import type { SocketClient } from "./socket-hall.ts";

/** One client of `/ws`: a JSON-RPC session whose messages are text frames. */
export class RpcSocket implements SocketClient {
  readonly #live: LiveSocket;
  readonly #session: RpcSession;

  constructor(socket: WebSocket, rpc: Rpc, caller: RpcCaller, patience: SocketPatience) {
    this.#live = new LiveSocket(socket, {
      ...patience,
      onMessage: (data, isBinary) => this.#receive(data, isBinary),
      onEnd: () => this.#session.close(),
    });
    this.#session = rpc.open(
      {
        write: (text) => (this.#live.isOpen ? this.#live.send(text) : Promise.reject(new Error("closed"))),
        fail: (reason) => this.end(1011, reason),
      },
      caller,
    );
  }

  end(code: number, reason: string): void {
    this.#live.end(code, reason);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    const room = isBinary ? this.#session.refuse(notText()) : this.#session.receive(data);
    if (room) this.#live.pauseUntil(room);
  }
}

function notText(): HarnessError {
  return new HarnessError("invalid_json", "Send messages as text frames.", { field: "message" });
}
