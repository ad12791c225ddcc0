import { followThread, type HarnessClient, type LiveTurn, type Transcript } from "@harness/client";
import type { Approval, Event, QueuedInput, ThreadItem, ThreadStatus, Turn } from "@harness/protocol";
import { isHarnessError } from "@harness/protocol";
import { followUntilOver, givingTurns, Observable } from "../../live/index.ts";

/** A thread as it is shown: a copy that does not change. */
export interface ThreadView {
  readonly thread_id: string;
  readonly title: string;
  readonly status: ThreadStatus | "deleted";
  readonly items: readonly ThreadItem[];
  readonly turns: readonly Turn[];
  readonly live: LiveTurn;
  readonly queue: readonly QueuedInput[];
  readonly approvals: readonly Approval[];
  /** When what runs now began, by the id of its item. */
  readonly began: ReadonlyMap<string, string>;
}

/** The view, and why there is none. */
export interface FollowedThread {
  readonly view: ThreadView | null;
  readonly error: unknown;
}

/** The screen changes at most this often (milliseconds), however much is said. */
const SHOW_MS = 100;

/**
 * One thread, read and then followed without a gap. However fast an agent writes, the screen changes ten times a second
 * and the page keeps its turn: what is not read yet waits in the connection.
 */
export class ThreadFollower {
  readonly state = new Observable<FollowedThread>({ view: null, error: null });
  readonly #client: HarnessClient;
  readonly #thread_id: string;
  readonly #began = new Map<string, string>();

  constructor(client: HarnessClient, thread_id: string) {
    this.#client = client;
    this.#thread_id = thread_id;
  }

  /** Follows until the signal aborts or the thread is deleted; a server that is away is tried again. */
  run(signal: AbortSignal): Promise<void> {
    return followUntilOver(
      signal,
      () => this.#follow(signal),
      (error) => {
        this.state.set({ ...this.state.value, error });
        return isHarnessError(error, "thread_not_found");
      },
    );
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (transcript: Transcript) => {
      clearTimeout(timer);
      timer = undefined;
      this.#show(transcript);
    };
    try {
      const updates = followThread(this.#client, this.#thread_id, { signal });
      for await (const { transcript, event } of givingTurns(updates)) {
        if (signal.aborted) return;
        if (event === undefined) this.#began.clear();
        else this.#note(event);
        if (event === undefined || transcript.status === "deleted") show(transcript);
        else timer ??= setTimeout(() => show(transcript), SHOW_MS);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #note({ type, data, at }: Event): void {
    if (type === "item.started") this.#began.set(data.item.id, at);
    else if (type === "turn.started") this.#began.clear();
  }

  #show(transcript: Transcript): void {
    const { thread_id, title, status, items, turns, live, queue, approvals } = transcript;
    const view = { thread_id, title, status, items, turns, live, queue, approvals };
    this.state.set({ view: { ...view, began: new Map(this.#began) }, error: null });
  }
}
