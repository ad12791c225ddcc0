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
  /** A used-up quota, or failures in a row of its provider; a stopped one wants a login. */
  readonly cause: "quota" | "failures" | "login";
}

/** How long an account is parked. */
export interface ParkTimes {
  /** A used-up quota unless told. */
  readonly cause?: "quota" | "failures";
  /** When the provider says the quota is back (epoch milliseconds). */
  readonly reset_at?: number | undefined;
  /** Added to it, so that not everybody comes back in the same second (milliseconds). */
  readonly jitter_ms: number;
  /** The first wait when the provider says nothing (milliseconds). */
  readonly retry_ms: number;
}

/** The accounts that may not be used now, by agent. One that waits for a turn to try it may be used. */
export async function blockedAccounts(db: Tx): Promise<Map<string, BlockedAccount>> {
  const rows = await db.selectFrom("agent_accounts").selectAll().where("state", "!=", "ok").execute();
  return new Map(rows.filter(isBlocked).map((row) => [row.name, blocked(row)]));
}

/** The accounts something is known against, by agent, also one that may be tried now. */
export async function knownAccounts(db: Tx): Promise<Map<string, BlockedAccount>> {
  const rows = await db.selectFrom("agent_accounts").selectAll().where("state", "!=", "ok").execute();
  return new Map(rows.map((row) => [row.name, blocked(row)]));
}

/** The account of one agent, when it may not be used now. */
export async function blockedAccount(db: Tx, name: string): Promise<BlockedAccount | undefined> {
  const row = await findAccount(db, name);
  return row !== undefined && isBlocked(row) ? blocked(row) : undefined;
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
  const known = await findAccount(tx.db, name);
  if (known?.state === "stopped") return blocked(known);
  const parked = known?.state === "parked";
  const silent = Math.min(LONGEST_PAUSE_MS, times.retry_ms * 2 ** Math.min(30, known?.parks ?? 0));
  const until = Math.max(times.reset_at ?? tx.now + silent, tx.now);
  if (known && parked && (times.reset_at === undefined || until <= (known.until ?? 0))) return blocked(known);
  const cause = times.cause ?? "quota";
  const row = {
    ...(known ?? unknownAccount(name, tx.now)),
    state: "parked",
    message: message.slice(0, MESSAGE_CAP),
    cause,
    // A time that nobody named is a guess: one turn has to find out.
    half_open: cause === "failures" || times.reset_at === undefined ? 1 : 0,
    probe_turn: null,
    fix: `It goes on by itself. To try at once: harness agent resume ${name}`,
    since: known && parked ? known.since : tx.now,
    until,
    wake_at: until + times.jitter_ms,
    parks: (known?.parks ?? 0) + (parked ? 0 : 1),
    login_mark: null,
  };
  await putAccount(tx, row);
  await tx.append({
    type: "account.parked",
    actor: "harness",
    data: { account: name, message: row.message, until: iso(until), wake: iso(row.wake_at), cause },
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
  const known = await findAccount(tx.db, name);
  if (known?.state === "stopped") return blocked(known);
  const { fix, mark = null } = login;
  const cut = message.slice(0, MESSAGE_CAP);
  const row = {
    ...unknownAccount(name, tx.now),
    state: "stopped",
    message: cut,
    fix,
    since: tx.now,
    until: null,
    wake_at: null,
    parks: known?.parks ?? 0,
    login_mark: mark,
  };
  await putAccount(tx, row);
  await tx.append({ type: "account.stopped", actor: "harness", data: { account: name, message: cut, fix } });
  return blocked(row);
}

/** Lets an account be used again; true when it was parked or stopped. How often it was parked is kept. */
export async function freeAccount(tx: WriteTx, name: string): Promise<boolean> {
  const result = await tx.db
    .updateTable("agent_accounts")
    .set({
      ...{ state: "ok", since: tx.now, until: null, wake_at: null, fix: null },
      ...{ failures: null, first_failure_at: null, half_open: null, probe_turn: null },
    })
    .where("name", "=", name)
    .where("state", "!=", "ok")
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

/** Parked accounts that are to be tried again by now; `with_one`: with one turn first. */
export async function accountsToWake(db: Tx, now: number): Promise<{ name: string; with_one: boolean }[]> {
  const rows = await db
    .selectFrom("agent_accounts")
    .select(["name", "half_open"])
    .where("state", "in", ["parked", "probing"])
    .where("wake_at", "<=", now)
    .orderBy("wake_at")
    .execute();
  return rows.map(({ name, half_open }) => ({ name, with_one: half_open === 1 }));
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
    .where("state", "in", ["parked", "probing"])
    .executeTakeFirst();
  return row?.at ?? undefined;
}

/** An account as clients see it. */
export function presentAccount(account: BlockedAccount | undefined): AgentAccount {
  if (account === undefined) return { state: "ok", since: null, until: null, message: null, fix: null };
  const { state, since, wake_at, message, fix } = account;
  const until = wake_at === null || state === "probing" ? null : iso(wake_at);
  return { state, since: iso(since), until, message, fix };
}

/** What is stored of an account. */
export function findAccount(db: Tx, name: string): Promise<Database["agent_accounts"] | undefined> {
  return db.selectFrom("agent_accounts").selectAll().where("name", "=", name).executeTakeFirst();
}

/** An account nothing is known against. */
export function unknownAccount(name: string, since: number): Database["agent_accounts"] {
  return {
    ...{ name, state: "ok", message: "", fix: null, since, until: null, wake_at: null, parks: 0 },
    ...{ login_mark: null, cause: null, failures: null, first_failure_at: null },
    ...{ half_open: null, probe_turn: null },
  };
}

/** Stores an account. */
export async function putAccount(tx: WriteTx, row: Database["agent_accounts"]): Promise<void> {
  const { name: _, ...changes } = row;
  await tx.db
    .insertInto("agent_accounts")
    .values(row)
    .onConflict((oc) => oc.column("name").doUpdateSet(changes))
    .execute();
}

function isBlocked({ state, probe_turn }: Database["agent_accounts"]): boolean {
  return state === "probing" ? probe_turn !== null : state !== "ok";
}

/** An account that is not as it should be, as others see it. */
export function blocked(row: Database["agent_accounts"]): BlockedAccount {
  const { name, message, fix, since, wake_at } = row;
  const state = row.state === "stopped" || row.state === "probing" ? row.state : "parked";
  const cause = state === "stopped" ? "login" : row.cause === "failures" ? "failures" : "quota";
  return { name, state, message, fix, since, wake_at, cause };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
