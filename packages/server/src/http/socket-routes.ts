import websocket from "@fastify/websocket";
import { HarnessError, rpcLimits, streams } from "@harness/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { WebSocket } from "ws";
import type { Rpc } from "../rpc/index.ts";
import { credentialOf } from "./protection.ts";
import { type SocketClient, SocketHall } from "./socket-hall.ts";
import { EventSocket, type SocketDeps } from "./ws-events.ts";
import { RpcSocket } from "./ws-rpc.ts";

/** Lets routes become WebSockets; every one of them ends with the server. */
export async function useSockets(app: FastifyInstance): Promise<SocketHall> {
  const hall = new SocketHall();
  await app.register(websocket, {
    options: { maxPayload: rpcLimits.messageBytes, perMessageDeflate: false },
    errorHandler: (_error, socket) => socket.terminate(),
    preClose: (done: () => void) => {
      hall.close();
      done();
    },
  });
  return hall;
}

/** Adds the two sockets: the topics of `/ws/events`, and JSON-RPC on `/ws`. */
export function addSocketRoutes(
  app: FastifyInstance,
  hall: SocketHall,
  deps: SocketDeps & { readonly rpc: Rpc },
): void {
  const clients: Record<"ws_events" | "rpc", (socket: WebSocket, request: FastifyRequest) => SocketClient> = {
    ws_events: (socket) => new EventSocket(socket, deps),
    rpc: (socket, request) => new RpcSocket(socket, deps.rpc, credentialOf(request), deps),
  };
  for (const name of ["ws_events", "rpc"] as const) {
    const { path, scope } = streams[name];
    app.route({
      method: "GET",
      url: path,
      config: { scope, upgrades: true },
      handler: async () => {
        throw new HarnessError("invalid_request", `${path} is a WebSocket.`, { field: "Upgrade" });
      },
      wsHandler: (socket, request) =>
        hall.enter(socket, clients[name](socket, request), credentialOf(request).over),
    });
  }
}
