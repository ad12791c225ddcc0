import type { Agent, AgentEvent, CannotReplay, TurnOutcome, Usage } from "./port.ts";
import { markOf, type Recording } from "./recording.ts";

/** What one recording of a turn gave: of a turn that was parked, one for each time it was begun. */
export interface PlayedPart {
  /** Without the end. */
  readonly events: readonly AgentEvent[];
  /** False when the server died: what stands at its end may be missing here or in the log. */
  readonly whole: boolean;
}

/** A turn as today's adapter reads it from its recordings. */
export interface PlayedTurn {
  readonly parts: readonly PlayedPart[];
  /** How its last part ended, with what all of them used. */
  readonly outcome: TurnOutcome;
  /** Harness stopped it, and the adapter says no more than that. */
  readonly stopped: boolean;
  /** Part of its traffic is missing. */
  readonly cut: boolean;
}

/** Plays all recordings of a turn. */
export async function playedTurn(
  agent: Agent,
  recordings: readonly Recording[],
  sum: (before: Usage, more: Usage) => Usage,
): Promise<PlayedTurn | CannotReplay> {
  const why = cannotPlay(agent, recordings);
  if (why !== undefined) return { why };
  const parts: PlayedPart[] = [];
  let outcome: TurnOutcome = { status: "cancelled", session_id: null, usage: null };
  let used: Usage | null = null;
  for (const recording of recordings) {
    const played = agent.replay?.(recording) ?? { why: "" };
    if ("why" in played) return played;
    const part = await partOf(played, outcome);
    used = used !== null && part.usage !== null ? sum(used, part.usage) : (used ?? part.usage);
    outcome = { ...part.outcome, usage: used };
    parts.push({ events: part.events, whole: recording.whole });
  }
  const stopped = outcome.status === "cancelled" && recordings.slice(-1).some(wasStopped);
  return { parts, outcome, stopped, cut: recordings.some(({ cut }) => cut) };
}

function cannotPlay({ name, kind, replay }: Agent, recordings: readonly Recording[]): string | undefined {
  if (replay === undefined) return `Turns of the agent ${name} cannot be played again.`;
  const other = recordings.find(({ head }) => head.kind !== kind);
  if (other !== undefined)
    return `The agent ${name} was of the kind ${other.head.kind} then; today it is ${kind}.`;
  return recordings.every(({ entries }) => entries.length === 0)
    ? "There is nothing to play: its agent was never asked."
    : undefined;
}

async function partOf(played: AsyncIterable<AgentEvent>, before: TurnOutcome) {
  const events: AgentEvent[] = [];
  let usage: Usage | null = null;
  let outcome = before;
  for await (const event of played) {
    if (event.type === "ended") outcome = event.outcome;
    else events.push(event);
    if (event.type === "usage") usage = event.usage;
  }
  return { events, outcome, usage: outcome.usage ?? usage };
}

function wasStopped({ entries }: Recording): boolean {
  return entries.some((entry) => {
    const mark = markOf(entry);
    return mark !== undefined && "stopped" in mark;
  });
}
