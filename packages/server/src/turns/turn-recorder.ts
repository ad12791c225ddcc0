import type { EventScope, NewEvent } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import { addItem } from "../threads/index.ts";

type Pending = { [E in NewEvent as E["type"]]: Pick<E, "type" | "data"> }[NewEvent["type"]];

/** An agent's output reaches the log at most this late (milliseconds). */
const LATE_MS = 50;
/** Events held at most before they are written at once. */
const HELD = 64;

/** Runs a job in a transaction of the owner of a turn: an attempt with its fence, or a thread. */
export type TurnWrite = <T>(name: string, job: (tx: WriteTx) => Promise<T>) => Promise<T>;

/** Removes secrets from a text that arrives in pieces. */
export interface LiveRedaction {
  push(chunk: string): string;
  flush(): string;
}

/** What a recorder writes to, and what its events are filed under. */
export interface TurnRecorderDeps {
  /** Writes as the owner of the turn; throws when the turn is not its own any more. */
  readonly write: TurnWrite;
  readonly scope: EventScope & {
    readonly actor: string;
    readonly thread_id: string;
    readonly turn_id: string;
  };
  /** Makes what redacts live text of one source; it holds back what could be the beginning of a secret. */
  readonly redaction: () => LiveRedaction;
  /** Live text of one turn that goes into the log, of messages and of output each; the rest is counted and left out. */
  readonly cap: number;
}

/**
 * Batches what an agent says into the log: many small pieces become one write, message pieces are joined. Bounded:
 * past the cap, live text is counted instead of stored and the count is recorded at the end.
 */
export class TurnRecorder {
  readonly #deps: TurnRecorderDeps;
  readonly #message: LiveRedaction;
  /** By the item whose output comes. */
  readonly #outputs = new Map<string, LiveRedaction>();
  #output_stored = 0;
  #held: Pending[] = [];
  #text = "";
  #stored = 0;
  #left = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown;

  constructor(deps: TurnRecorderDeps) {
    this.#deps = deps;
    this.#message = deps.redaction();
  }

  /** A piece of a message. */
  async delta(text: string): Promise<void> {
    const kept = text.slice(0, this.#deps.cap - this.#stored);
    this.#stored += kept.length;
    this.#text += this.#message.push(kept.toWellFormed());
    // What is held back may be the beginning of a secret whose end is left out: it goes too.
    if (kept.length < text.length) this.#left += text.length - kept.length + this.#message.flush().length;
    if (kept !== "") await this.#soon(this.#text.length > 16_384);
  }

  /** A piece of what a command or tool writes. */
  async output(item_id: string, text: string): Promise<void> {
    const redaction = this.#outputs.get(item_id) ?? this.#deps.redaction();
    this.#outputs.set(item_id, redaction);
    const kept = text.slice(0, this.#deps.cap - this.#output_stored);
    this.#output_stored += kept.length;
    const shown = redaction.push(kept.toWellFormed());
    // As with messages: what is held back goes with what is left out.
    if (kept.length < text.length) this.#left += text.length - kept.length + redaction.flush().length;
    if (shown !== "") await this.push(outputEvent(item_id, shown));
  }

  /** A whole event. It ends the live text before it, and the output of an item that is complete. */
  async push(event: Pending): Promise<void> {
    if (event.type === "item.completed") this.#endOutput(event.data.item.id);
    this.#text += this.#message.flush();
    this.#takeText();
    this.#held.push(event);
    await this.#soon(this.#held.length >= HELD);
  }

  #endOutput(item_id: string): void {
    const rest = this.#outputs.get(item_id)?.flush() ?? "";
    this.#outputs.delete(item_id);
    if (rest !== "") this.#held.push(outputEvent(item_id, rest));
  }

  /** Writes what is held and waits for it. Throws what a write in between threw, such as `lease_lost`. */
  async close(): Promise<void> {
    for (const item_id of [...this.#outputs.keys()]) this.#endOutput(item_id);
    if (this.#left > 0)
      this.#held.push({
        type: "turn.warning",
        data: { message: `${this.#left} characters of live text were left out of the log.` },
      });
    this.#text += this.#message.flush();
    this.#takeText();
    this.#flush();
    await this.#writing;
    if (this.#failure) throw this.#failure;
  }

  #takeText(): void {
    if (this.#text === "") return;
    this.#held.push({ type: "message.delta", data: { item_id: null, text: this.#text } });
    this.#text = "";
  }

  /** Back-pressure: an agent faster than the log waits for it. */
  async #soon(now: boolean): Promise<void> {
    if (now) {
      this.#takeText();
      this.#flush();
      await this.#writing;
    } else {
      this.#timer ??= setTimeout(() => {
        this.#takeText();
        this.#flush();
      }, LATE_MS);
    }
    if (this.#failure) throw this.#failure;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#held.length === 0) return;
    const events = this.#held;
    this.#held = [];
    this.#writing = this.#writing
      .then(() =>
        this.#deps.write("output", async (tx) => {
          for (const event of events) await this.#append(tx, event);
        }),
      )
      .catch((error: unknown) => {
        this.#failure ??= error;
      });
  }

  async #append(tx: WriteTx, event: Pending): Promise<void> {
    const { scope } = this.#deps;
    const seq = await tx.append({ ...scope, ...event } as NewEvent);
    if (event.type === "item.completed") {
      const { thread_id, turn_id } = scope;
      await addItem(tx, { thread_id, turn_id, seq, item: event.data.item });
    }
  }
}

function outputEvent(item_id: string, text: string): Pending {
  return { type: "tool.output_delta", data: { item_id, text } };
}
