import type { WriteTx } from "../events/index.ts";
import {
  type BlockedAccount,
  blocked,
  findAccount,
  parkAccount,
  putAccount,
  unknownAccount,
} from "./account-store.ts";

/** When an account rests that fails again and again without the work's fault. */
export interface BreakerTimes {
  /** So many failures in a row … */
  readonly failures: number;
  /** … within so long let it rest (milliseconds). */
  readonly window_ms: number;
  /** The first rest; it doubles with each probe that fails (milliseconds). */
  readonly cooldown_ms: number;
  /** Added to it (milliseconds). */
  readonly jitter_ms: number;
  /** The provider's own word for when to come back (epoch milliseconds). */
  readonly reset_at?: number | undefined;
}

/**
 * Counts a failure that is the provider's. After too many in a row the account is parked; one that fails the probe
 * after its rest is parked again, for longer. What was in flight when it was parked changes nothing.
 *
 *   ok → (N failures in a row) → parked → (rest over) → probing: one turn → (it ends well) → ok
 *                                   ↑_______________________ (it fails) ______|
 */
export async function countFailure(
  tx: WriteTx,
  name: string,
  message: string,
  times: BreakerTimes,
): Promise<void> {
  const known = (await findAccount(tx.db, name)) ?? unknownAccount(name, tx.now);
  if (known.state !== "ok" && known.state !== "probing") return;
  const began = known.first_failure_at ?? 0;
  const goesOn = known.state === "probing" || began > tx.now - times.window_ms;
  const failures = goesOn ? (known.failures ?? 0) + 1 : 1;
  await putAccount(tx, { ...known, failures, first_failure_at: goesOn ? known.first_failure_at : tx.now });
  if (known.state === "ok" && failures < times.failures) return;
  const why =
    known.state === "probing" ? "failed again when it was tried" : `failed ${failures} times in a row`;
  await parkAccount(tx, name, `It ${why}, last: ${message}`, {
    cause: "failures",
    ...(times.reset_at === undefined ? {} : { reset_at: times.reset_at }),
    jitter_ms: times.jitter_ms,
    retry_ms: times.cooldown_ms,
  });
}

/**
 * The rest of an account is over: one turn may try it now. `wanted`: a task waits to, and if it does not the account is
 * looked at again after `retry_ms`. Where nobody waits, the next turn tries it whenever it comes.
 */
export async function beginProbe(
  tx: WriteTx,
  name: string,
  { wanted, retry_ms }: { readonly wanted: boolean; readonly retry_ms: number },
): Promise<void> {
  const known = await findAccount(tx.db, name);
  if (!known || known.state === "ok" || known.state === "stopped") return;
  const first = known.state === "parked";
  const wake_at = wanted || known.probe_turn !== null ? tx.now + retry_ms : null;
  await putAccount(tx, { ...known, state: "probing", until: null, wake_at });
  if (first) await tx.append({ type: "account.probing", actor: "timer", data: { account: name } });
}

/**
 * Lets a turn of an account begin, in the job that begins it. While the account is tried only one turn does: it
 * becomes the probe, and the others meet an account that cannot be used.
 */
export async function admitTurn(
  tx: WriteTx,
  name: string,
  turnId: string,
): Promise<BlockedAccount | undefined> {
  const known = await findAccount(tx.db, name);
  if (!known || known.state === "ok") return undefined;
  if (known.state !== "probing" || (known.probe_turn !== null && known.probe_turn !== turnId))
    return blocked(known);
  await putAccount(tx, { ...known, probe_turn: turnId });
  return undefined;
}

/** A turn ended well: nothing is known against its account any more. One that was tried is woken at once. */
export async function noteSuccess(tx: WriteTx, name: string): Promise<void> {
  const known = await findAccount(tx.db, name);
  if (known?.state === "ok") await tx.db.deleteFrom("agent_accounts").where("name", "=", name).execute();
  if (known?.state !== "probing") return;
  await putAccount(tx, {
    ...unknownAccount(name, known.since),
    state: "parked",
    message: known.message,
    cause: known.cause,
    until: tx.now,
    wake_at: tx.now,
  });
  await tx.append({ type: "account.answered", actor: "harness", data: { account: name } });
}

/** Turns ended without telling whether their account works: another may try it at once. */
export async function leaveProbe(tx: WriteTx, turnIds: readonly string[]): Promise<void> {
  await tx.db
    .updateTable("agent_accounts")
    .set({ probe_turn: null, wake_at: tx.now })
    .where("state", "=", "probing")
    .where("probe_turn", "in", turnIds)
    .execute();
}

/** At start: no turn of an earlier process tries an account any more. */
export async function clearProbes(tx: WriteTx): Promise<void> {
  await tx.db
    .updateTable("agent_accounts")
    .set({ probe_turn: null, wake_at: tx.now })
    .where("state", "=", "probing")
    .execute();
}
