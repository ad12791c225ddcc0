import type { AccountState, AgentAccount } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { Database, Tx } from "../storage/index.ts";

/** The longest wait for a provider that does not say when the quota is back (milliseconds). */
const LONGEST_PAUSE_MS = 6 * 3_600_000;
/** The provider's own words are kept up to this length. */
const MESSAGE_CAP = 2000;

/** The account of an agent that cannot be used now. */
export interface BlockedAccount {
  readonly name: string;
  readonly state: Exclude<AccountState, "ok">;
  readonly message: string;
  readonly fix: string | null;
  /** Epoch milliseconds. */
  readonly since: number;
  /** When it is tried again by itself (epoch milliseconds); null for one a person must bring back. */
  readonly wake_at: number | null;
}

/** How long an account is parked. */
export interface ParkTimes {
  /** When the provider says the quota is back (epoch milliseconds). */
  readonly reset_at?: number | undefined;
  /** Added to it, so that not everybody comes back in the same second (milliseconds). */
  readonly jitter_ms: number;
  /** The first wait when the provider says nothing (milliseconds). */
  readonly retry_ms: number;
}

/** The accounts that may not be used now, by agent. */
export async function blockedAccounts(db: Tx): Promise<Map<string, BlockedAccount>> {
  const rows = await db.selectFrom("agent_accounts").selectAll().where("state", "!=", "ok").execute();
  return new Map(rows.map((row) => [row.name, blocked(row)]));
}

/** The account of one agent, when it may not be used now. */
export async function blockedAccount(db: Tx, name: string): Promise<BlockedAccount | undefined> {
  const row = await find(db, name);
  return row === undefined || row.state === "ok" ? undefined : blocked(row);
}

/**
 * Parks an account until its quota is back. One that is parked already keeps its time, unless the provider now names
 * a later one; one that is stopped stays stopped.
 */
export async function parkAccount(
  tx: WriteTx,
  name: string,
  message: string,
  times: ParkTimes,
): Promise<BlockedAccount> {
  const known = await find(tx.db, name);
  if (known?.state === "stopped") return blocked(known);
  const parked = known?.state === "parked";
  const silent = Math.min(LONGEST_PAUSE_MS, times.retry_ms * 2 ** Math.min(30, known?.parks ?? 0));
  const until = Math.max(times.reset_at ?? tx.now + silent, tx.now);
  if (known && parked && (times.reset_at === undefined || until <= (known.until ?? 0))) return blocked(known);
  const row = {
    name,
    state: "parked",
    message: message.slice(0, MESSAGE_CAP),
    fix: `It goes on by itself. To try at once: harness agent resume ${name}`,
    since: known && parked ? known.since : tx.now,
    until,
    wake_at: until + times.jitter_ms,
    parks: (known?.parks ?? 0) + (parked ? 0 : 1),
    login_mark: null,
  };
  await put(tx, row);
  await tx.append({
    type: "account.parked",
    actor: "harness",
    data: { account: name, message: row.message, until: iso(until), wake: iso(row.wake_at) },
  });
  return blocked(row);
}

/** Stops an account until a person says that it works again. One that is stopped already stays as it is. */
export async function stopAccount(
  tx: WriteTx,
  name: string,
  message: string,
  login: { readonly fix: string; readonly mark: string | undefined },
): Promise<BlockedAccount> {
  const known = await find(tx.db, name);
  if (known?.state === "stopped") return blocked(known);
  const { fix, mark = null } = login;
  const cut = message.slice(0, MESSAGE_CAP);
  const row = {
    name,
    state: "stopped",
    message: cut,
    fix,
    since: tx.now,
    until: null,
    wake_at: null,
    parks: known?.parks ?? 0,
    login_mark: mark,
  };
  await put(tx, row);
  await tx.append({ type: "account.stopped", actor: "harness", data: { account: name, message: cut, fix } });
  return blocked(row);
}

/** Lets an account be used again; true when it was parked or stopped. How often it was parked is kept. */
export async function freeAccount(tx: WriteTx, name: string): Promise<boolean> {
  const result = await tx.db
    .updateTable("agent_accounts")
    .set({ state: "ok", since: tx.now, until: null, wake_at: null, fix: null })
    .where("name", "=", name)
    .where("state", "!=", "ok")
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

/** A turn that ended well: nothing is known against the account any more. */
export async function forgetParks(tx: WriteTx, name: string): Promise<void> {
  await tx.db.deleteFrom("agent_accounts").where("name", "=", name).where("state", "=", "ok").execute();
}

/** Parked accounts that are to be tried again by now. */
export async function accountsToWake(db: Tx, now: number): Promise<string[]> {
  const rows = await db
    .selectFrom("agent_accounts")
    .select("name")
    .where("state", "=", "parked")
    .where("wake_at", "<=", now)
    .orderBy("wake_at")
    .execute();
  return rows.map(({ name }) => name);
}

/** The logins that were refused, by agent, as far as they can be told from the next one. */
export async function refusedLogins(db: Tx): Promise<{ name: string; mark: string }[]> {
  const rows = await db
    .selectFrom("agent_accounts")
    .select(["name", "login_mark"])
    .where("state", "=", "stopped")
    .execute();
  return rows.flatMap(({ name, login_mark: mark }) => (mark === null ? [] : [{ name, mark }]));
}

/** When the next parked account is to be tried again (epoch milliseconds). */
export async function nextWake(db: Tx): Promise<number | undefined> {
  const row = await db
    .selectFrom("agent_accounts")
    .select((eb) => eb.fn.min("wake_at").as("at"))
    .where("state", "=", "parked")
    .executeTakeFirst();
  return row?.at ?? undefined;
}

/** An account as clients see it. */
export function presentAccount(account: BlockedAccount | undefined): AgentAccount {
  if (account === undefined) return { state: "ok", since: null, until: null, message: null, fix: null };
  const { state, since, wake_at, message, fix } = account;
  return { state, since: iso(since), until: wake_at === null ? null : iso(wake_at), message, fix };
}

function find(db: Tx, name: string): Promise<Database["agent_accounts"] | undefined> {
  return db.selectFrom("agent_accounts").selectAll().where("name", "=", name).executeTakeFirst();
}

async function put(tx: WriteTx, row: Database["agent_accounts"]): Promise<void> {
  const { name: _, ...changes } = row;
  await tx.db
    .insertInto("agent_accounts")
    .values(row)
    .onConflict((oc) => oc.column("name").doUpdateSet(changes))
    .execute();
}

function blocked(row: Database["agent_accounts"]): BlockedAccount {
  const { name, state, message, fix, since, wake_at } = row;
  return { name, state: state === "stopped" ? "stopped" : "parked", message, fix, since, wake_at };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
