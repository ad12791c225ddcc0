import type { Usage } from "@harness/protocol";
import type { TurnOutcome } from "../agents/index.ts";

/**
 * Whether anything ran in a turn, and whether it may have cost more than is known: a turn that ran and does not say
 * what it cost makes the sum unknown, for unknown is never 0.
 */
export function costOf(ended: TurnOutcome, usage: Usage | null): { unknown: boolean; ran: boolean } {
  if (usage) return { ran: true, unknown: usage.total_tokens > 0 && usage.cost_usd === null };
  const ran = !(ended.status === "failed" && ended.kind === "spawn");
  return { ran, unknown: ran };
}
