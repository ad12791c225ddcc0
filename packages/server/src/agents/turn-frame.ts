import { isHarnessError } from "@harness/protocol";
import { EventQueue } from "./event-queue.ts";
import { type FramedTurn, framedTurn } from "./framed-turn.ts";
import type { AgentEvent, AgentTurn, TurnOutcome } from "./port.ts";
import type { TurnMark } from "./turn-marks.ts";

/** Reports an event of the running turn. */
export type Emit = (event: AgentEvent) => void;

/** Does the work of a turn; its signal also fires when nobody reads the events any more. */
export type TurnWork = (turn: FramedTurn, emit: Emit) => Promise<TurnOutcome>;

/**
 * The frame of every turn: events to the reader, and whatever happens, `ended` once and last. What the work throws
 * is a failed turn. When the reader stops reading, the work is aborted and waited for. What the work asks of people
 * goes through the turn it is given (`framed-turn.ts`), so that their time is not the agent's.
 */
export async function* frameTurn(
  turn: AgentTurn,
  work: TurnWork,
  options: { readonly may_be_silent?: boolean } = {},
): AsyncGenerator<AgentEvent> {
  const queue = new EventQueue();
  const left = new AbortController();
  const signal = AbortSignal.any([turn.signal, left.signal]);
  const done = fill(queue, framedTurn(turn, signal), work, options.may_be_silent === true);
  try {
    yield* queue;
  } finally {
    left.abort();
    await done;
  }
}

async function fill(
  queue: EventQueue,
  turn: FramedTurn,
  work: TurnWork,
  may_be_silent: boolean,
): Promise<void> {
  let active = false;
  const emit: Emit = (event) => {
    active ||= isActivity(event);
    if (event.type === "usage") turn.on_usage?.(event.usage);
    queue.push(event);
  };
  const cancelled = { status: "cancelled", session_id: turn.session_id ?? null, usage: null } as const;
  const stopped = () => turn.record("mark", JSON.stringify({ stopped: true } satisfies TurnMark));
  turn.signal.addEventListener("abort", stopped, { once: true });
  const outcome = turn.signal.aborted ? cancelled : await work(turn, emit).catch(failedStart);
  turn.signal.removeEventListener("abort", stopped);
  queue.push({ type: "ended", outcome: judged(outcome, active, may_be_silent) });
  queue.close();
}

function failedStart(error: unknown): TurnOutcome {
  const message = error instanceof Error ? error.message : String(error);
  const retry = isHarnessError(error) && error.code === "overloaded";
  return { status: "failed", kind: "spawn", message, retry, session_id: null, usage: null };
}

/** A turn that ended well and shows nothing is not a success (CONTRACT.md 1.22). */
function judged(outcome: TurnOutcome, active: boolean, may_be_silent: boolean): TurnOutcome {
  if (outcome.status !== "completed") return outcome;
  const observed_activity = active || outcome.observed_activity || outcome.final_text.trim() !== "";
  if (observed_activity || may_be_silent) return { ...outcome, observed_activity };
  const { session_id, usage } = outcome;
  const message = "The agent ended without saying or doing anything.";
  return { status: "failed", kind: "zero_output", message, retry: true, session_id, usage };
}

function isActivity(event: AgentEvent): boolean {
  if (event.type === "message_delta") return event.text.trim() !== "";
  if (event.type !== "item") return false;
  return event.item.kind !== "error" && event.item.kind !== "reasoning" && event.item.kind !== "approval";
}
