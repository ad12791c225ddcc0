import { HarnessError } from "@harness/protocol";
import type { AgentQuestion, LiveTurn } from "../agents/index.ts";

/** How long a person's words wait for an agent that has only just been started (milliseconds). */
const ATTACH_MS = 10_000;

/** A turn that runs in this process, as others may reach it. */
export interface TurnHandle {
  readonly turn_id: string;
  readonly thread_id: string;
  /** False for an agent whose turns never take more words. */
  readonly steerable: boolean;
  /** Stops the turn; what it did is kept. */
  interrupt(actor: string): void;
  /** Writes down what was said to the agent, once it has it. */
  said(text: string, actor: string): Promise<void>;
  /** Writes down what its agent says of its progress. */
  reported(text: string): Promise<void>;
  /** Puts a question of its agent to a person; undefined when nobody answered. */
  ask(question: AgentQuestion): Promise<string | undefined>;
}

interface Entry {
  readonly handle: TurnHandle;
  readonly attached: Promise<LiveTurn | undefined>;
  readonly attach: (live: LiveTurn | undefined) => void;
  /** Questions a person has not answered yet. */
  readonly questions: Map<string, Promise<string | undefined>>;
}

/** The turns that run in this process, for whoever wants to steer or interrupt one. */
export class LiveTurns {
  readonly #turns = new Map<string, Entry>();

  /** How many run. */
  get size(): number {
    return this.#turns.size;
  }

  /** Makes a turn reachable until it is let go. `attach` is what its agent calls once it can be steered. */
  begin(handle: TurnHandle): { attach(live: LiveTurn): void } & Disposable {
    let attach: Entry["attach"] = () => {};
    const attached = new Promise<LiveTurn | undefined>((resolve) => {
      attach = resolve;
    });
    this.#turns.set(handle.turn_id, { handle, attached, attach, questions: new Map() });
    return {
      attach,
      [Symbol.dispose]: () => {
        attach(undefined);
        this.#turns.delete(handle.turn_id);
      },
    };
  }

  /** The turn of a thread that runs now. */
  ofThread(threadId: string): string | undefined {
    for (const { handle } of this.#turns.values()) if (handle.thread_id === threadId) return handle.turn_id;
    return undefined;
  }

  /** Whether a turn runs here. */
  has(turnId: string): boolean {
    return this.#turns.has(turnId);
  }

  /**
   * Gives the agent of a running turn more words, and writes them down once it has them. Throws `turn_not_running`,
   * and `turn_not_steerable` for an agent that takes none.
   */
  async steer(turnId: string, text: string, actor: string): Promise<void> {
    const entry = this.#running(turnId);
    if (!entry.handle.steerable) throw notSteerable(turnId, "its agent takes no words while it works");
    const late = AbortSignal.timeout(ATTACH_MS);
    const live = await Promise.race([
      entry.attached,
      new Promise<undefined>((resolve) => late.addEventListener("abort", () => resolve(undefined))),
    ]);
    if (!this.#turns.has(turnId)) throw notRunning(turnId);
    if (!live) throw notSteerable(turnId, "its agent does not take words yet");
    await live.steer(text).catch((error: unknown) => {
      throw notSteerable(turnId, error instanceof Error ? error.message : String(error));
    });
    await entry.handle.said(text, actor);
  }

  /** Tells how far its agent says it is. Throws `turn_not_running`. */
  async report(turnId: string, text: string): Promise<void> {
    await this.#running(turnId).handle.reported(text);
  }

  /**
   * What a person answers to a question of the agent; null when nobody has within the time. The question stays, and the
   * same one asked again waits for the same answer. Throws `turn_not_running`.
   */
  async ask(turnId: string, question: Omit<AgentQuestion, "id">, waitMs: number): Promise<string | null> {
    const { handle, questions } = this.#running(turnId);
    const key = JSON.stringify([question.text, question.options]);
    const answer = questions.get(key) ?? handle.ask({ id: "answer", ...question });
    questions.set(key, answer);
    const late = AbortSignal.timeout(waitMs);
    const found = await Promise.race([
      answer,
      new Promise<undefined>((resolve) => late.addEventListener("abort", () => resolve(undefined))),
    ]);
    if (found !== undefined) questions.delete(key);
    return found ?? null;
  }

  #running(turnId: string): Entry {
    const entry = this.#turns.get(turnId);
    if (!entry) throw notRunning(turnId);
    return entry;
  }

  /** Stops a running turn. False when it does not run here. */
  interrupt(turnId: string, actor: string): boolean {
    const entry = this.#turns.get(turnId);
    entry?.handle.interrupt(actor);
    return entry !== undefined;
  }
}

function notRunning(turnId: string): HarnessError {
  return new HarnessError("turn_not_running", `Turn ${turnId} is not running.`);
}

function notSteerable(turnId: string, why: string): HarnessError {
  return new HarnessError(
    "turn_not_steerable",
    `Turn ${turnId} cannot be steered: ${why}. Queue the words for the next turn, or interrupt this one.`,
  );
}
