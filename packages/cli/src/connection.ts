import type { EventFrame, OperationName, Params, PlanState, Result, StreamItem } from "@harness/protocol";

/** What the commands need of the typed client. */
export interface Client {
  call<N extends OperationName>(
    name: N,
    params: Params<N>,
    options?: { signal?: AbortSignal },
  ): Promise<Result<N>>;
  stream(
    name: "task",
    params: { task_id: string; after_seq?: number },
    options?: { signal?: AbortSignal },
  ): AsyncIterable<StreamItem>;
  stream(
    name: "events",
    params: { task_id: string; after_seq?: number },
    options?: { signal?: AbortSignal },
  ): AsyncIterable<EventFrame>;
  stream(
    name: "thread",
    params: { thread_id: string; after_seq?: number },
    options?: { signal?: AbortSignal },
  ): AsyncIterable<EventFrame>;
  stream(
    name: "session_plan",
    params: { session_id: string },
    options?: { signal?: AbortSignal },
  ): AsyncIterable<PlanState | null>;
}

/** A server commands can talk to, and how to let go of it. */
export interface Connection extends AsyncDisposable {
  readonly client: Client;
  readonly url: string;
  /** True when the server runs inside this very process and ends with it. */
  readonly own: boolean;
}
