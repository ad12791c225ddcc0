import { WsServerMessage } from "@harness/protocol";
import { checked } from "./problem.ts";

/** Messages held for a reader that is slower than the server; past that its topic is let go and taken up later. */
const MOST_HELD = 4096;

/** Why no more messages come: the socket was lost or never stood, or its reader was too slow or has left. */
export interface TopicEnd {
  readonly why: "lost" | "slow" | "left" | "refused";
  readonly reason: string;
}

/** The messages of one topic as they come, until it is let go. They are judged when they are read, not when they come. */
export class TopicInbox implements Disposable {
  /** Why it was let go; undefined as long as messages come. */
  ended: TopicEnd | undefined;
  readonly #leave: () => void;
  readonly #signal: AbortSignal | undefined;
  readonly #stop = () => this.end({ why: "left", reason: "its reader has left" });
  #held: unknown[] = [];
  #wake = () => {};

  /** `leave` is called once, when nothing more is wanted. */
  constructor(leave: () => void, signal: AbortSignal | undefined) {
    this.#leave = leave;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#stop, { once: true });
  }

  /** Takes in a message; a reader that is too far behind is ended, with what it was given. */
  put(message: unknown): void {
    if (this.ended) return;
    this.#held.push(message);
    if (this.#held.length >= MOST_HELD) this.end({ why: "slow", reason: "its reader was too slow" });
    this.#wake();
  }

  /** What was taken in before is still read. */
  end(end: TopicEnd): void {
    if (this.ended) return;
    this.ended = end;
    this.#signal?.removeEventListener("abort", this.#stop);
    this.#leave();
    this.#wake();
  }

  async *messages(): AsyncGenerator<WsServerMessage, void, undefined> {
    for (;;) {
      const ready = this.#held;
      this.#held = [];
      for (const message of ready) yield checked("A message of /ws/events", WsServerMessage, message);
      if (this.#held.length > 0) continue;
      if (this.ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}
