import type { TurnTelemetry } from "@harness/protocol";
import type { Tx } from "../storage/index.ts";
import { type TurnRecord, timingOf, turnsOfThread } from "../threads/index.ts";

/** How long a turn took to begin, to answer and to end; null when no agent was asked in it, or it was not measured. */
export async function telemetryOf(db: Tx, turn: TurnRecord): Promise<TurnTelemetry | null> {
  const timing = await timingOf(db, turn.id);
  if (timing === undefined) return null;
  const { prompt_at, agent_at, first_output_at, exit_code } = timing;
  const since = (at: number | null) => (at === null ? null : Math.max(0, at - prompt_at));
  return {
    prompt_built_at: timeOf(prompt_at),
    agent_started_at: timeOf(agent_at),
    first_output_at: timeOf(first_output_at),
    completed_at: turn.ended_at,
    first_token_latency_ms: since(first_output_at),
    completed_latency_ms: since(turn.ended_at === null ? null : Date.parse(turn.ended_at)),
    retry_count: retriesOf(turn, await turnsOfThread(db, turn.thread_id)),
    exit_code,
  };
}

/** How many turns right before it failed at the same: a person's same words, or the same round of a task. */
function retriesOf(turn: TurnRecord, turns: readonly TurnRecord[]): number {
  const before = turns.slice(
    0,
    turns.findIndex(({ id }) => id === turn.id),
  );
  const same = (one: TurnRecord) =>
    turn.task_id === null ? one.input === turn.input : one.round === turn.round && one.role === turn.role;
  const other = before.findLastIndex((one) => one.status !== "failed" || !same(one));
  return before.length - 1 - other;
}

function timeOf(at: number): string;
function timeOf(at: number | null): string | null;
function timeOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
