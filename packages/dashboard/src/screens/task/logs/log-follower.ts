import type { HarnessClient } from "@harness/client";
import { isHarnessError } from "@harness/protocol";
import { followUntilOver, givingTurns, Observable } from "../../../live/index.ts";
import { LineBuffer, type Lines } from "./line-buffer.ts";

/** Where the lines of a log come from. */
export type LogSource<T> = (
  client: HarnessClient,
  task_id: string,
  signal: AbortSignal,
) => AsyncGenerator<T, void, undefined>;

/** A log as it is shown. */
export interface Log<T> extends Lines<T> {
  /** `over`: nothing comes any more. */
  readonly state: "reading" | "following" | "over";
  readonly error: unknown;
}

/** Lines kept; the whole log is an `event/query` away. */
const MOST_LINES = 5_000;
/** The screen changes at most this often (milliseconds). */
const SHOW_MS = 100;

/** Follows one log of a task; what comes in a burst is shown at once, and the page keeps its turn. */
export class LogFollower<T> {
  readonly log = new Observable<Log<T>>({ kept: [], cut: 0, state: "reading", error: null });
  readonly #client: HarnessClient;
  readonly #task_id: string;
  readonly #source: LogSource<T>;

  constructor(client: HarnessClient, task_id: string, source: LogSource<T>) {
    this.#client = client;
    this.#task_id = task_id;
    this.#source = source;
  }

  /** Follows until the signal aborts or the log is over; what breaks is read anew from its beginning. */
  run(signal: AbortSignal): Promise<void> {
    return followUntilOver(
      signal,
      () => this.#follow(signal),
      (error) => {
        this.log.set({ ...this.log.value, error });
        return isHarnessError(error, "task_not_found");
      },
    );
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const buffer = new LineBuffer<T>(MOST_LINES);
    const show = (state: Log<T>["state"]) => this.log.set({ ...buffer.lines(), state, error: null });
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      for await (const line of givingTurns(this.#source(this.#client, this.#task_id, signal))) {
        buffer.add(line);
        timer ??= setTimeout(() => {
          timer = undefined;
          show("following");
        }, SHOW_MS);
      }
    } finally {
      clearTimeout(timer);
    }
    if (!signal.aborted) show("over");
  }
}
