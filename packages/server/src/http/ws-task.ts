import {
  HarnessError,
  isHarnessError,
  type TaskSocketBody,
  TaskSocketInput,
  type TaskSocketMessage,
  type TaskStatus,
} from "@harness/protocol";
import type { WebSocket } from "ws";
import type { FeedCursor, OpenedFeed } from "../events/index.ts";
import { LiveSocket, type SocketPatience } from "./live-socket.ts";
import type { SocketClient } from "./socket-hall.ts";
import { endsStream } from "./stream-item.ts";
import { type TaskAbout, taskMessage } from "./task-messages.ts";

/** Messages a client may send in a second. */
const MOST_MESSAGES = 20;

export interface TaskSocketDeps extends SocketPatience {
  readonly taskId: string;
  readonly opened: OpenedFeed;
  readonly about: () => Promise<TaskAbout>;
  readonly state: () => Promise<{ readonly status: TaskStatus; readonly live: boolean } | undefined>;
  readonly clock: { now(): number };
  /** Passes on what a person says to the work. */
  readonly intervene: (guidance: string) => Promise<unknown>;
}

/**
 * One client of `/ws/{task_id}`: the events of a task under seed 3's names, replayed and live, and what the client
 * says to it. Ends after the task did; a client that was cut off comes back with the seq it saw last.
 */
export class TaskSocket implements SocketClient {
  readonly #live: LiveSocket;
  readonly #deps: TaskSocketDeps;
  readonly #over = new AbortController();
  /** Messages are answered one after another, in the order they came. */
  #answered: Promise<void> = Promise.resolve();

  constructor(socket: WebSocket, deps: TaskSocketDeps) {
    this.#deps = deps;
    const { opened, heartbeatMs, drainMs } = deps;
    this.#live = new LiveSocket(socket, {
      heartbeatMs,
      drainMs,
      mostMessages: MOST_MESSAGES,
      onMessage: (data, isBinary) => this.#receive(data, isBinary),
      onEnd: () => {
        this.#over.abort();
        if (opened.status === "ok") opened.cursor.close();
      },
    });
    if (opened.status === "ok") this.#pump(opened.cursor).catch(() => this.end(1011, "the feed failed"));
    else this.#resync();
  }

  end(code: number, reason: string): void {
    this.#live.end(code, reason);
  }

  #resync(): void {
    const message = "The events after this seq are gone. Connect without after_seq.";
    this.#answer({ type: "ERROR", data: { code: "resync_required", message } });
    this.end(1008, "resync_required");
  }

  async #pump(cursor: FeedCursor): Promise<void> {
    const { signal } = this.#over;
    // Whatever ends a task is an event of it: without a new one there is nothing to ask.
    let moved = true;
    while (!signal.aborted) {
      const over = moved && (await this.#isOver());
      const frames = await cursor.take();
      if (frames.length === 0 && over) return this.end(1000, "done");
      moved = frames.length > 0;
      if (!moved) await cursor.wait(signal);
      for (const { seq, event } of frames) {
        const body = await taskMessage(event, this.#deps.about);
        if (!this.#live.isOpen) return;
        if (body) await this.#send(body, event.at, seq);
      }
    }
  }

  async #isOver(): Promise<boolean> {
    const state = await this.#deps.state();
    return state !== undefined && endsStream(state.status) && !state.live;
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#answered = this.#answered
      .then(async () => {
        const { guidance } = readInput(isBinary ? "" : String(data));
        // Its event comes back over the feed; that is the answer.
        await this.#deps.intervene(guidance);
      })
      .catch((error: unknown) => {
        if (!isHarnessError(error)) return this.end(1011, "the message could not be passed on");
        this.#answer({ type: "ERROR", data: { code: error.code, message: error.message } });
      });
  }

  #answer(body: TaskSocketBody): void {
    if (this.#live.isOpen) void this.#send(body, new Date(this.#deps.clock.now()).toISOString(), null);
  }

  #send({ type, data }: TaskSocketBody, timestamp: string, seq: number | null): Promise<void> {
    const message = { type, task_id: this.#deps.taskId, timestamp, seq, data } as TaskSocketMessage;
    return this.#live.send(JSON.stringify(message));
  }
}

function readInput(text: string): TaskSocketInput {
  const parsed = TaskSocketInput.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new HarnessError(
    "invalid_params",
    `Send {"type": "INTERVENTION", "guidance": "…"} as a text frame. ${issue.path.map(String).join(".") || "message"}: ${issue.message}`,
    { field: String(issue.path[0] ?? "message") },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
