import type { AgentEvent } from "./port.ts";

const MAX_DELTA_CHARS = 64 * 1024;
const MAX_WAITING = 10_000;

/**
 * Carries events from a running agent to whoever reads them. Bounded for a reader that is slower than the agent:
 * waiting text is joined into one event and its excess is left out with a warning; the items, which carry the
 * same text again, are kept up to a number no honest turn reaches.
 */
export class EventQueue implements AsyncIterable<AgentEvent> {
  readonly #waiting: AgentEvent[] = [];
  #wake: (() => void) | undefined;
  #closed = false;
  #left_out = 0;

  push(event: AgentEvent): void {
    if (this.#closed) return;
    const last = this.#waiting.at(-1);
    if (event.type === "message_delta" && event.text.length > MAX_DELTA_CHARS) this.#pushCut(event.text);
    else if (event.type === "message_delta" && last?.type === "message_delta") {
      if (last.text.length + event.text.length <= MAX_DELTA_CHARS)
        this.#waiting[this.#waiting.length - 1] = { type: "message_delta", text: last.text + event.text };
      else this.#left_out += event.text.length;
    } else if (this.#waiting.length < MAX_WAITING || event.type === "ended") this.#waiting.push(event);
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

  #pushCut(text: string): void {
    this.#left_out += text.length - MAX_DELTA_CHARS;
    this.#waiting.push({ type: "message_delta", text: text.slice(0, MAX_DELTA_CHARS) });
  }

  #leftOutWarning(): AgentEvent {
    return {
      type: "warning",
      message: `${this.#left_out} characters or events came too fast and were left out.`,
    };
  }
}
