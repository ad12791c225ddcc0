import type { AgentEvent } from "./port.ts";

const MAX_DELTA_CHARS = 64 * 1024;
const MAX_TURN_CHARS = 4 * 1024 * 1024;
const MAX_WAITING = 10_000;

/**
 * Carries events from a running agent to whoever reads them. Bounded in all for a turn, and in what waits for a
 * reader that is slower than the agent: waiting text is joined into one event and its excess is left out with a
 * warning; of reports of use in a row the newest counts, because each counts from the start of the turn; the items, which carry the same text again, are kept up to a number no honest turn reaches.
 */
export class EventQueue implements AsyncIterable<AgentEvent> {
  readonly #waiting: AgentEvent[] = [];
  #wake: (() => void) | undefined;
  #closed = false;
  #left_out = 0;
  #told = 0;

  push(event: AgentEvent): void {
    if (this.#closed) return;
    if (event.type === "message_delta") this.#pushText(event.text);
    else if (event.type === "usage" && this.#waiting.at(-1)?.type === "usage")
      this.#waiting[this.#waiting.length - 1] = event;
    else if (this.#waiting.length < MAX_WAITING || event.type === "ended") this.#waiting.push(event);
    else this.#left_out += 1;
    this.#wake?.();
  }

  /** Ends the iteration once everything waiting was read. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<AgentEvent> {
    for (;;) {
      const event = this.#waiting.shift();
      if (event !== undefined) {
        if (event.type === "ended" && this.#left_out > 0) yield this.#leftOutWarning();
        yield event;
      } else if (this.#closed) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  #pushText(text: string): void {
    const last = this.#waiting.at(-1);
    const joined = last?.type === "message_delta" ? last.text : "";
    const room = Math.min(MAX_DELTA_CHARS - joined.length, MAX_TURN_CHARS - this.#told);
    const kept = text.slice(0, Math.max(0, room));
    this.#told += kept.length;
    this.#left_out += text.length - kept.length;
    if (kept === "") return;
    const event = { type: "message_delta", text: joined + kept } as const;
    if (last?.type === "message_delta") this.#waiting[this.#waiting.length - 1] = event;
    else this.#waiting.push(event);
  }

  #leftOutWarning(): AgentEvent {
    return {
      type: "warning",
      message: `${this.#left_out} characters or events came too fast and were left out.`,
    };
  }
}
