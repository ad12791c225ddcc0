import {
  type Agent,
  type BlockedAccount,
  forgetParks,
  loginAdvice,
  parkAccount,
  stopAccount,
  type TurnOutcome,
} from "../agents/index.ts";
import type { Config } from "../config/index.ts";
import type { WriteTx } from "../events/index.ts";

/** What is needed to write down how an account stands. */
export interface AccountNoteDeps {
  readonly config: Pick<Config, "limits">;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
  readonly redact: (text: string) => string;
}

/**
 * Writes down what the end of a turn says about the agent's account: a used-up quota parks it, a refused login stops
 * it, a good turn clears it. Belongs in the transaction that ends the turn, so that no restart forgets it.
 */
export async function noteAccount(
  tx: WriteTx,
  deps: AccountNoteDeps,
  agent: Pick<Agent, "name" | "kind" | "loginMark">,
  ended: TurnOutcome,
): Promise<void> {
  if (ended.status === "completed") return forgetParks(tx, agent.name);
  if (ended.status !== "failed") return;
  const message = deps.redact(ended.message);
  if (ended.kind === "auth") await refuseLogin(tx, agent, message);
  if (ended.kind !== "quota") return;
  const { wake_jitter_secs, quota_retry_secs } = deps.config.limits;
  const reset_at = ended.reset_at === undefined ? Number.NaN : Date.parse(ended.reset_at);
  await parkAccount(tx, agent.name, message, {
    // A time that has passed, or none, says nothing about when to come back.
    reset_at: reset_at > tx.now ? reset_at : undefined,
    jitter_ms: Math.floor(deps.random() * wake_jitter_secs * 1000),
    retry_ms: quota_retry_secs * 1000,
  });
}

/** Stops the account of an agent whose login is refused or missing, until somebody logs in again. */
export async function refuseLogin(
  tx: WriteTx,
  agent: Pick<Agent, "name" | "kind" | "loginMark">,
  message: string,
): Promise<BlockedAccount> {
  const mark = await agent.loginMark?.();
  return stopAccount(tx, agent.name, message, { fix: loginAdvice(agent), mark });
}
