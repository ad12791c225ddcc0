import { HarnessError, type OperationName, operations, parseRoute, type Scope } from "@harness/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Credential } from "../access/index.ts";
import { decodeParams } from "./decode-params.ts";
import { credentialOf } from "./protection.ts";

/** How the edge reaches the operations. */
export interface Invoker {
  invoke(
    name: OperationName,
    raw: unknown,
    caller: Pick<Credential, "scopes" | "actor" | "turn_id"> & { via: "http"; request_id: string },
  ): Promise<unknown>;
}

/** Open routes are called without a token. */
const nobody: Pick<Credential, "scopes" | "actor" | "turn_id"> = {
  scopes: new Set<Scope>(["open"]),
  actor: "person",
};

/** Adds every route of every operation. Path parameters win; the rest is the query of GET and DELETE, else the body. */
export function addOperationRoutes(app: FastifyInstance, invoker: Invoker): void {
  for (const name of Object.keys(operations) as OperationName[]) {
    const row = operations[name];
    for (const route of row.http) {
      const { method, path } = parseRoute(route);
      app.route({
        method,
        url: path.replaceAll(/\{(\w+)\}/g, ":$1"),
        config: { scope: row.scope },
        // The invoker validates, once, for every transport.
        handler: async (request, reply) => {
          const raw = readParams(name, request);
          const { scopes, actor, turn_id } = row.scope === "open" ? nobody : credentialOf(request);
          const result = await invoker.invoke(name, raw, {
            scopes,
            actor,
            ...(turn_id === undefined ? {} : { turn_id }),
            via: "http",
            request_id: request.id,
          });
          const status = ("status" in row ? row.status : undefined) ?? 200;
          reply.code(status);
          return status === 204 ? undefined : result;
        },
      });
    }
  }
}

function readParams(name: OperationName, request: FastifyRequest): Record<string, unknown> {
  const row = operations[name];
  const path = request.params as Record<string, string>;
  const query = request.query as Record<string, unknown>;
  // An empty part is not the name of anything.
  if (Object.values(path).includes(""))
    throw new HarnessError(
      "route_not_found",
      "A part of the path is empty. GET /openapi.json lists every route.",
    );
  const takesQuery = request.method === "GET" || request.method === "DELETE";
  if (takesQuery && carriesBody(request))
    throw new HarnessError(
      "invalid_request",
      `${request.method} takes no body: put parameters in the query.`,
      { field: "body" },
    );
  if (!takesQuery && Object.keys(query).length > 0)
    throw new HarnessError("invalid_params", "Put parameters in the JSON body, not in the query.", {
      field: Object.keys(query)[0]!,
    });
  const rest = takesQuery ? decodeParams(row.params, query) : bodyObject(request.body);
  for (const key of Object.keys(path)) {
    if (Object.hasOwn(rest, key))
      throw new HarnessError("invalid_params", `${key} is part of the path and must not be given twice.`, {
        field: key,
      });
  }
  const params = { ...rest, ...decodeParams(row.params, path) };
  return withIdempotencyKey(name, request, params);
}

/** The framework reads no body of these methods; what is there must not be ignored in silence. */
function carriesBody({ headers }: FastifyRequest): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function bodyObject(body: unknown): Record<string, unknown> {
  if (body === undefined) return {};
  if (typeof body === "object" && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw new HarnessError("invalid_params", "The body must be a JSON object.", {
    field: "body",
    expected: "object",
    got: Array.isArray(body) ? "array" : body === null ? "null" : typeof body,
  });
}

function withIdempotencyKey(
  name: OperationName,
  request: FastifyRequest,
  params: Record<string, unknown>,
): Record<string, unknown> {
  const header = request.headers["idempotency-key"];
  if (header === undefined) return params;
  const row = operations[name];
  if (!("idempotent" in row)) return params;
  if (Array.isArray(header) || header.length < 1 || header.length > 255) {
    throw new HarnessError(
      "invalid_idempotency_key",
      "The Idempotency-Key must be one header of 1 to 255 characters.",
      { field: "Idempotency-Key" },
    );
  }
  const given = params["idempotency_key"];
  if (given !== undefined && given !== header)
    throw new HarnessError(
      "invalid_params",
      "The Idempotency-Key header and idempotency_key differ. Send one.",
      { field: "idempotency_key" },
    );
  return { ...params, idempotency_key: header };
}
