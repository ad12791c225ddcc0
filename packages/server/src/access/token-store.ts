import { createHash } from "node:crypto";
import { type AccessToken, HarnessError, tokenScopes } from "@harness/protocol";
import { z } from "zod";
import type { WriteTx } from "../events/index.ts";
import type { TokensTable, Tx } from "../storage/index.ts";

/** Rows `token list` shows at most. */
const MOST_LISTED = 500;

const Scopes = z.array(z.enum(tokenScopes));

/** A token as it is kept: by its hash only. */
export interface StoredToken {
  readonly id: string;
  readonly name: string;
  readonly sha256: string;
  readonly scopes: z.infer<typeof Scopes>;
  /** Epoch milliseconds, as every time here. */
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
}

/** The hash a token is kept and looked for by; the token has 256 random bits, so none needs salt. */
export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Every token that was not taken back. */
export async function unrevokedTokens(db: Tx): Promise<StoredToken[]> {
  const rows = await db.selectFrom("tokens").selectAll().where("revoked_at", "is", null).execute();
  return rows.map(fromRow);
}

/** The newest tokens, those that are over among them. */
export async function newestTokens(db: Tx): Promise<StoredToken[]> {
  const rows = await db.selectFrom("tokens").selectAll().orderBy("id", "desc").limit(MOST_LISTED).execute();
  return rows.map(fromRow);
}

/** Keeps a new token. Refused (`token_exists`) while a valid one has its name. */
export async function insertToken(tx: WriteTx, token: StoredToken, actor: string): Promise<void> {
  const taken = await tx.db
    .selectFrom("tokens")
    .select("id")
    .where("name", "=", token.name)
    .where("revoked_at", "is", null)
    .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", tx.now)]))
    .executeTakeFirst();
  if (taken)
    throw new HarnessError("token_exists", `The token ${taken.id} is named ${token.name} and still valid.`, {
      field: "name",
      got: token.name,
      hint: `Take another name, or take that one back: harness token revoke ${token.name}`,
    });
  await tx.insert("tokens", { ...token, scopes: JSON.stringify(token.scopes) });
  await tx.append({
    type: "token.created",
    actor,
    data: {
      token_id: token.id,
      name: token.name,
      scopes: [...token.scopes],
      expires_at: token.expires_at === null ? null : iso(token.expires_at),
    },
  });
}

/** Takes back the token of this id or, of those with this name, the newest. Again is no change. */
export async function revokeToken(tx: WriteTx, key: string, actor: string): Promise<StoredToken> {
  const row = await tx.db
    .selectFrom("tokens")
    .selectAll()
    .where((where) => where.or([where("id", "=", key), where("name", "=", key)]))
    .orderBy("id", "desc")
    .executeTakeFirst();
  if (row === undefined)
    throw new HarnessError(
      "token_not_found",
      `There is no token ${key}. \`harness token list --all\` shows those there are.`,
      { field: "token", got: key },
    );
  if (row.revoked_at !== null) return fromRow(row);
  await tx.db.updateTable("tokens").set({ revoked_at: tx.now }).where("id", "=", row.id).execute();
  await tx.append({ type: "token.revoked", actor, data: { token_id: row.id, name: row.name } });
  return fromRow({ ...row, revoked_at: tx.now });
}

/** The token as it is shown. */
export function presentToken(token: StoredToken, now: number): AccessToken {
  const { id, name, scopes, created_at, expires_at, revoked_at } = token;
  const expired = expires_at !== null && expires_at <= now;
  return {
    id,
    name,
    scopes: [...scopes],
    created_at: iso(created_at),
    expires_at: expires_at === null ? null : iso(expires_at),
    revoked_at: revoked_at === null ? null : iso(revoked_at),
    state: revoked_at !== null ? "revoked" : expired ? "expired" : "valid",
  };
}

function fromRow(row: TokensTable): StoredToken {
  return { ...row, scopes: Scopes.parse(JSON.parse(row.scopes)) };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
