import { rpcPath } from "@harness/protocol";
import type { FastifyInstance } from "fastify";
import type { Rpc } from "../rpc/index.ts";
import { requireUtf8 } from "./json-body.ts";
import { credentialOf } from "./protection.ts";

/**
 * Adds `POST /rpc`. What is JSON-RPC is answered as JSON-RPC with status 200, also when it fails; 204 when nothing is
 * to be answered. What HTTP itself refuses (no token, another content type, too large) is a problem document.
 */
export async function addRpcRoute(app: FastifyInstance, rpc: Rpc): Promise<void> {
  await app.register(async (scope) => {
    // The protocol has its own answer to what cannot be parsed.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, body, done) => {
      try {
        requireUtf8(request.headers["content-type"] ?? "");
        done(null, body);
      } catch (error) {
        done(error as Error);
      }
    });
    scope.route({
      method: "POST",
      url: rpcPath,
      // The token is asked for here, its scopes by each method.
      handler: async (request, reply) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const text = await rpc.answer(body, credentialOf(request), request.id);
        if (text === undefined) return reply.code(204).send();
        return reply.type("application/json; charset=utf-8").send(text);
      },
    });
  });
}
