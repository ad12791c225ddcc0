import type { Clock } from "@harness/protocol";
import type { AgentTurn, LiveTurn, TurnStop } from "./port.ts";
import { markOf, type Recording } from "./recording.ts";
import type { TurnMark } from "./turn-marks.ts";

/**
 * The turn of a recording without a program. Today's adapter goes ahead: whatever it asks for is looked up from where it
 * is on, and what happened to the turn on the way there happens to it.
 */
export class RecordedTurn {
  readonly turn: AgentTurn;
  readonly clock: Clock;
  readonly marks: readonly TurnMark[];
  readonly #times: readonly number[];
  readonly #stop = new AbortController();
  /** Where each effect is, by its name, those that were not asked for yet; and the last thing the adapter did. */
  readonly #effects = new Map<string, number[]>();
  readonly #last: number;
  #asked = 0;
  #live: LiveTurn | undefined;
  /** The next mark that was not played yet. */
  #at = 0;

  constructor(recording: Recording) {
    const marked = recording.entries.flatMap((entry) => {
      const mark = markOf(entry);
      return mark === undefined ? [] : [{ mark, t: entry.t }];
    });
    this.marks = marked.map(({ mark }) => mark);
    this.#times = marked.map(({ t }) => t);
    this.#last = this.marks.findLastIndex((mark) => "effect" in mark || "answered" in mark);
    for (const [at, mark] of this.marks.entries()) if ("effect" in mark) this.#of(mark.effect).push(at);
    const { started_at } = recording.head;
    this.clock = { now: () => started_at + (this.#times[this.#at] ?? 0) };
    this.turn = this.#turnOf(recording);
  }

  /** Lets happen what happened up to there; to the end when that is nowhere. */
  playTo(at: number): void {
    const end = at < 0 ? this.marks.length : at;
    for (; this.#at < end; this.#at += 1) this.#happen(this.marks[this.#at]);
  }

  /**
   * Lets happen the rest when the adapter did nothing after this: what broke off may have done so because the turn was
   * stopped or out of time, and that is told after it.
   */
  playEnd(): void {
    if (this.#last <= this.#at) this.playTo(-1);
  }

  #turnOf({ head }: Recording): AgentTurn {
    const { session_id, ...facts } = head.facts;
    return {
      ...facts,
      ...(session_id === null ? {} : { session_id }),
      prompt: "",
      workspace: "/",
      attempt_id: head.turn_id,
      sandbox: async (command) => command,
      approve: async () => {
        const mark = this.#nextAnswer();
        if (mark !== undefined && "answer" in mark) return mark.answer;
        throw new Error(mark !== undefined && "unanswered" in mark ? mark.unanswered : NOT_THERE);
      },
      ask: async () => {
        const mark = this.#nextAnswer();
        return mark !== undefined && "answers" in mark ? (mark.answers ?? undefined) : undefined;
      },
      attach: (live) => {
        this.#live = live;
      },
      recall: async (effect) => this.#recall(effect),
      signal: this.#stop.signal,
    };
  }

  #nextAnswer() {
    const asked = this.#asked;
    this.#asked += 1;
    const at = this.marks.findIndex((mark) => "asked" in mark && mark.asked === asked);
    this.playTo(at);
    const mark = this.marks[at];
    return mark !== undefined && "asked" in mark ? mark : undefined;
  }

  #recall(effect: string): unknown {
    const at = this.#of(effect).shift() ?? -1;
    const mark = this.marks[at];
    this.playTo(at);
    if (mark === undefined || !("effect" in mark)) throw new Error(`${NOT_THERE} (${effect})`);
    if ("gave" in mark) return mark.gave;
    this.playEnd();
    throw new Error(mark.threw);
  }

  #of(effect: string): number[] {
    const found = this.#effects.get(effect) ?? [];
    this.#effects.set(effect, found);
    return found;
  }

  #happen(mark: TurnMark | undefined): void {
    if (mark === undefined) return;
    if ("steered" in mark) this.#live?.steer(mark.steered).catch(() => undefined);
    else if ("stopped" in mark) this.#stop.abort();
    else if ("exited" in mark) {
      const { reason } = mark.exited;
      if (reason === "timeout_idle" || reason === "timeout_total")
        this.#stop.abort({ limit: reason } satisfies TurnStop);
    }
  }
}

/** Why something that is asked of a recording fails. */
export const NOT_THERE = "The recording has nothing of this.";

async function noFile(): Promise<never> {
  throw new Error("A turn that is played again has no files.");
}

/** The files of a turn that is played again. */
export const NO_FILES = { read: noFile, write: noFile, list: noFile, relative: noFile };
