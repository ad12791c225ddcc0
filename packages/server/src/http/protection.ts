import rateLimit from "@fastify/rate-limit";
import { HarnessError, type Scope } from "@harness/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Credential } from "../access/index.ts";
import type { Access } from "./access.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a caller needs; a route without one needs a token. */
    scope?: Scope;
    /** True for a route that becomes a WebSocket. */
    upgrades?: boolean;
  }
  interface FastifyRequest {
    /** Who asks; null on an open route, and for a request that was refused before it was looked at. */
    credential: Credential | null;
  }
}

/**
 * What every answer says to a browser: nothing from elsewhere is loaded, no other page shows or reads this one, and
 * nothing is kept.
 */
export const safeHeaders = {
  "content-security-policy":
    "default-src 'self'; script-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
} as const;

/**
 * Judges every request by its source and its credential before it is routed or its body read, and gives every answer
 * the headers that keep a browser from being used against us. No answer ever carries a CORS header.
 */
export async function addProtection(
  app: FastifyInstance,
  access: Access,
  requestsPerMinute: number,
  redact: (text: string) => string,
): Promise<void> {
  app.decorateRequest("credential", null);
  app.addHook("onRequest", async (request, reply) => {
    reply.headers({ ...safeHeaders, "x-request-id": request.id });
    access.checkSource(request.raw);
    const { config } = request.routeOptions;
    if (config.scope !== "open") {
      request.credential = access.checkCredential(request.raw);
      if (config.scope !== undefined) checkScope(request.credential, config.scope);
    }
    // Without this a socket would be opened for any path, only to be closed again.
    if (request.ws && config.upgrades !== true && !request.is404)
      throw new HarnessError("invalid_request", "This path is not a WebSocket.", { field: "Upgrade" });
  });
  // A refusal repeats what was wrong; a secret sent in the wrong place is not repeated.
  app.addHook("onSend", (_request, reply, payload, done) =>
    done(null, reply.statusCode >= 400 && typeof payload === "string" ? redact(payload) : payload),
  );
  if (requestsPerMinute === 0) return;
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: "1 minute",
    errorResponseBuilder: (_request, context) =>
      new HarnessError("rate_limited", `More than ${context.max} requests in a minute from this address.`, {
        retry_after_s: Math.ceil(context.ttl / 1000),
      }),
  });
}

/** Who asks on a route that is not open. */
export function credentialOf(request: FastifyRequest): Credential {
  if (request.credential === null) throw new HarnessError("unauthorized", "The token is missing.");
  return request.credential;
}

function checkScope(credential: Credential, scope: Scope): void {
  if (credential.scopes.has(scope)) return;
  throw new HarnessError("forbidden", `This needs the scope ${scope}, which this token does not have.`, {
    expected: scope,
  });
}
