import type { EventScope, NewEvent } from "@harness/protocol";
import type { EventLog } from "../events/index.ts";
import { type AttemptRef, patchTask, writeAs } from "../tasks/index.ts";

type Pending = { [E in NewEvent as E["type"]]: Pick<E, "type" | "data"> }[NewEvent["type"]];

/** An agent's output reaches the log at most this late (milliseconds). */
const LATE_MS = 50;
/** Events held at most before they are written at once. */
const HELD = 64;

/** What a recorder writes to, and what its events are filed under. */
export interface TurnRecorderDeps {
  readonly log: EventLog;
  readonly attempt: AttemptRef;
  readonly scope: EventScope & { readonly actor: string };
  /** Redacts live text; holds back what could be the beginning of a secret. */
  readonly redaction: { push(chunk: string): string; flush(): string };
  /** Live text of one turn that goes into the log; the rest is counted and left out. */
  readonly cap: number;
}

/**
 * Batches what an agent says into the log: many small pieces become one write, message pieces are joined. Bounded:
 * past the cap, live text is counted instead of stored and the count is recorded at the end.
 */
export class TurnRecorder {
  readonly #deps: TurnRecorderDeps;
  #held: Pending[] = [];
  #text = "";
  #stored = 0;
  #left = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown;

  constructor(deps: TurnRecorderDeps) {
    this.#deps = deps;
  }

  /** A piece of a message. */
  async delta(text: string): Promise<void> {
    const kept = text.slice(0, this.#deps.cap - this.#stored);
    this.#stored += kept.length;
    this.#text += this.#deps.redaction.push(kept.toWellFormed());
    // What is held back may be the beginning of a secret whose end is left out: it goes too.
    if (kept.length < text.length)
      this.#left += text.length - kept.length + this.#deps.redaction.flush().length;
    if (kept !== "") await this.#soon(this.#text.length > 16_384);
  }

  /** A whole event. It ends the live text before it. */
  async push(event: Pending): Promise<void> {
    this.#text += this.#deps.redaction.flush();
    this.#takeText();
    this.#held.push(event);
    await this.#soon(this.#held.length >= HELD);
  }

  /** Writes what is held and waits for it. Throws what a write in between threw, such as `lease_lost`. */
  async close(): Promise<void> {
    if (this.#left > 0)
      this.#held.push({
        type: "turn.warning",
        data: { message: `${this.#left} characters of live text were left out of the log.` },
      });
    this.#text += this.#deps.redaction.flush();
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
        writeAs(this.#deps.log, this.#deps.attempt, "output", async (tx, task) => {
          for (const event of events) await tx.append({ ...this.#deps.scope, ...event } as NewEvent);
          await patchTask(tx, task.id, { progress_at: tx.now });
        }),
      )
      .catch((error: unknown) => {
        this.#failure ??= error;
      });
  }
}
