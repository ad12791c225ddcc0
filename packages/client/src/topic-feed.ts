import { type EventFrame, HarnessError, type WsServerMessage } from "@harness/protocol";
import type { FollowOptions } from "./client.ts";
import { goneEvents } from "./problem.ts";
import { type Pause, sleep } from "./sleep.ts";
import type { Topics } from "./topics.ts";

/** What is followed, and from where; from now on unless told. */
export interface TopicParams {
  readonly topic: string;
  readonly after_seq?: number;
}

/** Opens a socket. */
type Connect = (onMessage: (message: WsServerMessage) => void, onClose: (reason: string) => void) => Topics;

/** Messages held for a reader that is slower than the server; past that the socket is let go and resumed later. */
const MOST_HELD = 4096;

/** The events of a topic over one socket after another, each going on after the last event of the one before. */
export async function* followTopic(
  connect: Connect,
  { topic, after_seq }: TopicParams,
  pause: Pause,
  { signal, onConnection }: FollowOptions,
): AsyncGenerator<EventFrame, void, undefined> {
  let lastSeq = after_seq;
  let stood = false;
  while (!signal?.aborted) {
    using inbox = new Inbox(connect, signal);
    // A socket that never opened says so by closing.
    inbox.topics.subscribe("topic", topic, lastSeq).catch(() => {});
    for await (const message of inbox.messages()) {
      if (message.type === "subscribed") {
        stood = true;
        onConnection?.("open");
        lastSeq ??= message.head_seq;
      } else if (message.type === "event") {
        pause.reset();
        const { prev_seq, event } = message;
        lastSeq = event.seq;
        yield { prev_seq, event };
      } else refuse(message);
    }
    if (signal?.aborted) return;
    onConnection?.("lost");
    if (!stood) throw new TypeError(`The socket was closed: ${inbox.reason}.`);
    await sleep(pause.next(), signal);
  }
}

function refuse(message: WsServerMessage): void {
  if (message.type === "error") throw new HarnessError("invalid_params", message.message, { field: "topic" });
  if (message.type === "resync_required") throw goneEvents();
}

/** The messages of one socket as they come, until it closes or its reader falls too far behind. */
class Inbox implements Disposable {
  readonly topics: Topics;
  /** Why the socket closed. */
  reason = "";
  readonly #signal: AbortSignal | undefined;
  readonly #close = () => this.topics.close();
  #held: WsServerMessage[] = [];
  #over = false;
  #wake = () => {};

  constructor(connect: Connect, signal: AbortSignal | undefined) {
    this.topics = connect(
      (message) => this.#put(message),
      (reason) => this.#end(reason),
    );
    this.#signal = signal;
    signal?.addEventListener("abort", this.#close, { once: true });
  }

  async *messages(): AsyncGenerator<WsServerMessage, void, undefined> {
    for (;;) {
      const ready = this.#held;
      this.#held = [];
      yield* ready;
      if (this.#held.length > 0) continue;
      if (this.#over) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  [Symbol.dispose](): void {
    this.#signal?.removeEventListener("abort", this.#close);
    this.topics.close();
  }

  #put(message: WsServerMessage): void {
    if (this.#over) return;
    this.#held.push(message);
    if (this.#held.length >= MOST_HELD) {
      this.topics.close();
      this.#end("its reader was too slow");
    }
    this.#wake();
  }

  #end(reason: string): void {
    if (!this.#over) this.reason = reason;
    this.#over = true;
    this.#wake();
  }
}
