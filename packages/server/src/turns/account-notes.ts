import {
  type Agent,
  type AgentRegistry,
  type BlockedAccount,
  countFailure,
  leaveProbe,
  loginAdvice,
  noteSuccess,
  parkAccount,
  stopAccount,
  type TurnOutcome,
} from "../agents/index.ts";
import type { Config } from "../config/index.ts";
import type { WriteTx } from "../events/index.ts";

/** What is needed to write down how an account stands. */
export interface AccountNoteDeps {
  readonly agents: Pick<AgentRegistry, "accountOf">;
  readonly config: Pick<Config, "limits">;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
  readonly redact: (text: string) => string;
}

/**
 * Writes down what the end of a turn says about the agent's account: a used-up quota parks it, so do too many failures
 * of its provider in a row, a refused login stops it, a good turn clears it. Belongs in the transaction that ends the turn, so that no restart forgets it.
 */
export async function noteAccount(
  tx: WriteTx,
  deps: AccountNoteDeps,
  agent: Pick<Agent, "name" | "kind" | "loginMark">,
  { turn_id: turnId, ended }: { readonly turn_id: string; readonly ended: TurnOutcome },
): Promise<void> {
  const account = deps.agents.accountOf(agent.name);
  if (ended.status === "completed") return noteSuccess(tx, account);
  if (ended.status === "cancelled") return leaveProbe(tx, [turnId]);
  const { kind } = ended;
  const message = deps.redact(ended.message);
  const named = ended.reset_at === undefined ? Number.NaN : Date.parse(ended.reset_at);
  // A time that has passed, or none, says nothing about when to come back.
  const reset_at = named > tx.now ? named : undefined;
  const { limits } = deps.config;
  const jitter = (secs: number) => Math.floor(deps.random() * secs * 1000);
  if (kind === "auth") await refuseLogin(tx, { agent, account }, message);
  else if (kind === "quota")
    await parkAccount(tx, account, message, {
      reset_at,
      jitter_ms: jitter(limits.wake_jitter_secs),
      retry_ms: limits.quota_retry_secs * 1000,
    });
  else if (kind === "transient")
    await countFailure(tx, account, message, {
      failures: limits.breaker_failures,
      window_ms: limits.breaker_window_secs * 1000,
      cooldown_ms: limits.breaker_cooldown_secs * 1000,
      jitter_ms: jitter(Math.min(limits.wake_jitter_secs, limits.breaker_cooldown_secs)),
      reset_at,
    });
  else await leaveProbe(tx, [turnId]);
}

/** Stops the account of an agent whose login is refused or missing, until somebody logs in again. */
export async function refuseLogin(
  tx: WriteTx,
  {
    agent,
    account,
  }: { readonly agent: Pick<Agent, "name" | "kind" | "loginMark">; readonly account: string },
  message: string,
): Promise<BlockedAccount> {
  const mark = await agent.loginMark?.();
  return stopAccount(tx, account, message, { fix: loginAdvice(agent), mark });
}
