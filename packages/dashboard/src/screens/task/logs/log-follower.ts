import type { HarnessClient } from "@harness/client";
import { isHarnessError } from "@harness/protocol";
import { Observable } from "../../../live/index.ts";
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
/** Longest work on lines before the page gets its turn. */
const SLICE_MS = 8;
const RETRY_MS = 1_000;

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
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#follow(signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.log.set({ ...this.log.value, error });
        if (isHarnessError(error, "task_not_found")) return;
      }
      await pause(RETRY_MS);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const buffer = new LineBuffer<T>(MOST_LINES);
    const show = (state: Log<T>["state"]) => this.log.set({ ...buffer.lines(), state, error: null });
    let timer: ReturnType<typeof setTimeout> | undefined;
    let since = performance.now();
    try {
      for await (const line of this.#source(this.#client, this.#task_id, signal)) {
        buffer.add(line);
        timer ??= setTimeout(() => {
          timer = undefined;
          show("following");
        }, SHOW_MS);
        if (performance.now() - since < SLICE_MS) continue;
        await pause(0);
        since = performance.now();
      }
    } finally {
      clearTimeout(timer);
    }
    if (!signal.aborted) show("over");
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
