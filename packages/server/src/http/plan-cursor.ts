import type { PlanState } from "@harness/protocol";
import type { FeedCursor } from "../events/index.ts";

/** Events after which the planner state of a thread may be another. Live text changes nothing of it. */
export const planEvents = [
  "turn.started",
  "turn.ended",
  "turn.waiting",
  "turn.resumed",
  "item.started",
  "item.completed",
  "approval.requested",
  "approval.decided",
  "thread.snapshot",
  "thread.rolled_back",
  "thread.deleted",
  "input.queued",
  "input.changed",
  "input.removed",
  "module.started",
  "module.iterated",
  "module.completed",
] as const;

/** A planner state as JSON, as of a seq. */
export interface PlanFrame {
  readonly seq: number;
  readonly json: string;
}

/**
 * The planner state of a thread as a feed: the state now, then each other one. It is computed from the log and the
 * tables, so it does not matter which process wrote them, or what a client missed.
 */
export class PlanCursor {
  readonly #events: FeedCursor;
  readonly #state: () => Promise<PlanState | null>;
  #last: string | undefined;

  constructor(events: FeedCursor, state: () => Promise<PlanState | null>) {
    this.#events = events;
    this.#state = state;
  }

  get position(): number {
    return this.#events.position;
  }

  async take(): Promise<PlanFrame[]> {
    const events = await this.#events.take();
    if (events.length === 0 && this.#last !== undefined) return [];
    const json = JSON.stringify(await this.#state());
    if (json === this.#last) return [];
    this.#last = json;
    return [{ seq: this.position, json }];
  }

  wait(signal: AbortSignal): Promise<void> {
    return this.#events.wait(signal);
  }

  close(): void {
    this.#events.close();
  }
}
