import { z } from "zod";
import { operation } from "./operation.ts";
import { Timestamp } from "./words.ts";

/** What a token may be given; `open` needs none. */
export const tokenScopes = ["read", "submit", "operate"] as const;

/** A token of its own for one client, as it is listed: the token itself is shown once, when it is made. */
export const AccessToken = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(tokenScopes)),
    created_at: Timestamp,
    expires_at: Timestamp.nullable().meta({ description: "When it stops working by itself; null for never" }),
    revoked_at: Timestamp.nullable(),
    state: z.enum(["valid", "expired", "revoked"]),
  })
  .meta({ id: "AccessToken" });
export type AccessToken = z.infer<typeof AccessToken>;

const TokenName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "expected letters, digits and . _ - only, at most 64");

/** Tokens that may do less than the one of the install, each of which can be taken back alone. */
export const tokenOperations = {
  "token/create": operation({
    summary: "Make a token that may do only what its scopes allow; it is shown this once",
    http: ["POST /tokens"],
    status: 201,
    scope: "operate",
    mcp: false,
    cli: "token create",
    params: () =>
      z.strictObject({
        name: TokenName.meta({ description: "What the token is for; no two valid tokens share a name" }),
        scopes: z.array(z.enum(tokenScopes)).min(1).max(tokenScopes.length).optional().meta({
          description:
            "read looks, submit gives and steers work, operate changes settings; read and submit unless told",
        }),
        expires_at: z.iso
          .datetime({ offset: true })
          .optional()
          .meta({ description: "When it stops working (RFC 3339); never unless told" }),
      }),
    result: () => AccessToken.extend({ token: z.string() }),
    errors: ["token_exists"],
  }),
  "token/list": operation({
    summary: "Tokens that were made, newest first, without the tokens themselves",
    http: ["GET /tokens"],
    scope: "operate",
    mcp: false,
    cli: "token list",
    params: () =>
      z.strictObject({
        all: z.boolean().optional().meta({ description: "Expired and revoked ones too" }),
      }),
    result: () => z.object({ tokens: z.array(AccessToken) }),
    errors: [],
  }),
  "token/rotate": operation({
    summary:
      "Replace the token of the install: requests with the old one are refused at once, and its streams, sockets and browser logins end",
    http: ["POST /tokens/rotate"],
    scope: "operate",
    mcp: false,
    destructive: true,
    cli: "token rotate",
    params: () => z.strictObject({}),
    result: () => z.object({ token: z.string() }),
    errors: ["capability_missing"],
  }),
  "token/revoke": operation({
    summary: "Take a token back: requests with it are refused at once, and its streams and sockets end",
    http: ["DELETE /tokens/{token}"],
    scope: "operate",
    mcp: false,
    destructive: true,
    cli: "token revoke",
    params: () =>
      z.strictObject({
        token: z.string().min(1).max(64).meta({ description: "Name or id of the token" }),
      }),
    result: () => AccessToken,
    errors: ["token_not_found"],
  }),
} as const;
