import type { FastifyInstance } from "fastify";

/** One answered request as the access log tells it: by the name of its route, so that no token in an address is told. */
export interface AccessRecord {
  readonly method: string;
  /** The route's pattern; null when no route took the request. */
  readonly route: string | null;
  readonly status: number;
  readonly ms: number;
  readonly request_id: string;
  /** Who asked, as the server's own records know it; null on an open route and for a refused request. */
  readonly by: string | null;
  /** Where it came from: the other end of the connection, or what a trusted proxy says. */
  readonly address: string;
}

/** Tells each request once it is answered; a stream or socket when it ends. */
export function addAccessLog(app: FastifyInstance, write: (record: AccessRecord) => void): void {
  app.addHook("onResponse", async (request, reply) =>
    write({
      method: request.method,
      route: request.is404 ? null : (request.routeOptions.url ?? null),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      request_id: request.id,
      by: request.credential?.actor ?? null,
      address: request.ip,
    }),
  );
}
