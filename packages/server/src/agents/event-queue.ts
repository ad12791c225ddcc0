import type { AgentEvent } from "./port.ts";

const MAX_DELTA_CHARS = 64 * 1024;
const MAX_TURN_CHARS = 4 * 1024 * 1024;
const MAX_WAITING = 10_000;
const MAX_WAITING_CHARS = 32 * 1024 * 1024;

/**
 * Carries events from a running agent to whoever reads them. Bounded in all for a turn, and in what waits for a
 * reader that is slower than the agent: waiting text of a message, or of one item's output, is joined into one event and its excess is left out with a
 * warning; of reports of use in a row the newest counts, because each counts from the start of the turn; the items, which carry the same text again, are kept up to a number no honest turn reaches.
 */
export class EventQueue implements AsyncIterable<AgentEvent> {
  readonly #waiting: AgentEvent[] = [];
  #wake: (() => void) | undefined;
  #closed = false;
  #left_out = 0;
  /** A flood of output leaves the room of messages alone. */
  readonly #told = { message_delta: 0, output_delta: 0 };
  /** Characters of the items that wait. */
  #itemChars = 0;

  push(event: AgentEvent): void {
    if (this.#closed) return;
    if (event.type === "message_delta" || event.type === "output_delta") this.#pushText(event);
    else if (event.type === "usage" && this.#waiting.at(-1)?.type === "usage")
      this.#waiting[this.#waiting.length - 1] = event;
    else if (event.type === "ended" || this.#hasRoom(event)) this.#waiting.push(event);
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
        this.#itemChars -= itemChars(event);
        if (event.type === "ended" && this.#left_out > 0) yield this.#leftOutWarning();
        yield event;
      } else if (this.#closed) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  #hasRoom(event: AgentEvent): boolean {
    const chars = itemChars(event);
    if (this.#waiting.length >= MAX_WAITING || this.#itemChars + chars > MAX_WAITING_CHARS) return false;
    this.#itemChars += chars;
    return true;
  }

  /** Text joins the waiting event before it when that is of the same kind, and output of the same item. */
  #pushText(event: TextEvent): void {
    const last = this.#waiting.at(-1);
    const joins = last !== undefined && isText(last) && sourceOf(last) === sourceOf(event) ? last : undefined;
    const joined = joins?.text ?? "";
    const room = Math.min(MAX_DELTA_CHARS - joined.length, MAX_TURN_CHARS - this.#told[event.type]);
    const full = joins === undefined && this.#waiting.length >= MAX_WAITING;
    const kept = full ? "" : event.text.slice(0, Math.max(0, room));
    this.#told[event.type] += kept.length;
    this.#left_out += event.text.length - kept.length;
    if (kept === "") return;
    if (joins === undefined) this.#waiting.push({ ...event, text: kept });
    else this.#waiting[this.#waiting.length - 1] = { ...event, text: joined + kept };
  }

  #leftOutWarning(): AgentEvent {
    return {
      type: "warning",
      message: `${this.#left_out} characters or events came too fast and were left out.`,
    };
  }
}

function itemChars(event: AgentEvent): number {
  if (event.type !== "item") return 0;
  const { text, command, output } = event.item;
  return (text?.length ?? 0) + (command?.length ?? 0) + (output?.length ?? 0);
}

type TextEvent = Extract<AgentEvent, { type: "message_delta" | "output_delta" }>;

function isText(event: AgentEvent): event is TextEvent {
  return event.type === "message_delta" || event.type === "output_delta";
}

/** Whose text it is: the message's, or an item's. */
function sourceOf(event: TextEvent): string | undefined {
  return event.type === "output_delta" ? event.item_id : undefined;
}
