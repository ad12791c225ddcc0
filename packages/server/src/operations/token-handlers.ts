import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";

/** Tokens of their own for single clients. */
export function tokenHandlers(
  deps: OperationsDeps,
): Pick<Handlers, "token/create" | "token/list" | "token/revoke" | "token/rotate"> {
  return {
    "token/create": ({ name, scopes = ["read", "submit"], expires_at }, caller) =>
      deps.credentials.create(
        { name, scopes, expires_at: expires_at === undefined ? null : Date.parse(expires_at) },
        caller,
      ),
    "token/list": async ({ all = false }) => ({ tokens: await deps.credentials.list(all) }),
    "token/rotate": async (_params, { actor }) => ({ token: await deps.credentials.rotate(actor) }),
    "token/revoke": ({ token }, { actor }) => deps.credentials.revoke(token, actor),
  };
}
