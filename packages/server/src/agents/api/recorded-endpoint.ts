import type { Clock } from "@harness/protocol";
import { z } from "zod";
import { parseLine } from "../json-line.ts";
import type { AgentTurn, LiveTurn, TurnStop } from "../port.ts";
import { markOf, type Recording, type RecordingEntry } from "../recording.ts";
import type { TurnMark } from "../turn-marks.ts";
import { withPieces } from "../whole-texts.ts";
import { answerPieces } from "./answer-pieces.ts";
import type { Fetch } from "./traffic.ts";

const REQUEST = /^[A-Z]+ \//;
const ANSWER = /^HTTP (\d+) (\{.*\})$/;

/**
 * An endpoint that is a recording, and the turn that belongs to it. Today's adapter goes ahead: whatever it asks for is
 * looked up from where it is on, and what happened to the turn on the way there happens to it.
 */
export class RecordedEndpoint {
  readonly turn: AgentTurn;
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly #entries: readonly RecordingEntry[];
  readonly #marks: readonly (TurnMark | undefined)[];
  readonly #stop = new AbortController();
  readonly #recalled = new Map<string, number>();
  #asked = 0;
  #live: LiveTurn | undefined;
  /** The next thing that was not played yet. */
  #at = 0;

  constructor(recording: Recording) {
    this.#entries = withPieces(recording, answerPieces).entries;
    this.#marks = this.#entries.map(markOf);
    const { started_at } = recording.head;
    this.clock = { now: () => started_at + (this.#entries[this.#at]?.t ?? 0) };
    this.turn = this.#turnOf(recording);
    this.fetch = () => this.#answerNext();
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
    const at = this.#marks.findIndex((mark) => mark !== undefined && "asked" in mark && mark.asked === asked);
    this.#playTo(at);
    const mark = this.#marks[at];
    return mark !== undefined && "asked" in mark ? mark : undefined;
  }

  #recall(effect: string): unknown {
    const skipped = this.#recalled.get(effect) ?? 0;
    this.#recalled.set(effect, skipped + 1);
    const of = this.#marks.flatMap((mark, at) =>
      mark !== undefined && "effect" in mark && mark.effect === effect ? [{ mark, at }] : [],
    );
    const { mark, at = -1 } = of[skipped] ?? {};
    this.#playTo(at);
    if (mark === undefined) throw new Error(`${NOT_THERE} (${effect})`);
    if ("gave" in mark) return mark.gave;
    throw new Error(mark.threw);
  }

  async #answerNext(): Promise<Response> {
    this.#playTo(this.#nextRequest());
    for (; this.#at < this.#entries.length; this.#at += 1) {
      this.turn.signal.throwIfAborted();
      const mark = this.#marks[this.#at];
      if (mark !== undefined && "answered" in mark)
        throw new TypeError("fetch failed", { cause: new Error(String(mark.answered)) });
      const [, status, headers = ""] = ANSWER.exec(this.#line ?? "") ?? [];
      if (status === undefined) this.#happen(mark);
      else {
        this.#at += 1;
        const known = parseLine(z.record(z.string(), z.string()), headers) ?? {};
        return new Response(this.#body(), { status: Number(status), headers: known });
      }
    }
    throw new Error(NOT_THERE);
  }

  /** Where the next request is; of those that were repeated word for word, because they failed, the last. */
  #nextRequest(): number {
    const requests = this.#entries.flatMap(({ d, s }, at) => (d === "in" && REQUEST.test(s) ? [at] : []));
    const [first = -1, ...later] = requests.filter((at) => at >= this.#at);
    const words = (at: number) => [this.#entries[at]?.s, this.#entries[at + 1]?.s].join("\n");
    let last = first;
    for (const at of later) {
      if (words(at) !== words(first)) break;
      last = at;
    }
    return last;
  }

  /** The lines of the answer that has begun, each when it is wanted. */
  #body(): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    return new ReadableStream({
      pull: (controller) => {
        for (; this.#at < this.#entries.length; this.#at += 1) {
          const mark = this.#marks[this.#at];
          if (mark !== undefined && "answered" in mark) break;
          const line = this.#line;
          if (line === undefined) this.#happen(mark);
          else {
            this.#at += 1;
            controller.enqueue(encoder.encode(`${line}\n`));
            return;
          }
        }
        const mark = this.#marks[this.#at];
        if (mark !== undefined && "answered" in mark && mark.answered !== true)
          controller.error(new Error(mark.answered));
        else controller.close();
      },
    });
  }

  get #line(): string | undefined {
    const entry = this.#entries[this.#at];
    return entry?.d === "out" ? entry.s : undefined;
  }

  /** Lets happen what happened up to there; to the end when that is nowhere. */
  #playTo(at: number): void {
    const end = at < 0 ? this.#entries.length : at;
    for (; this.#at < end; this.#at += 1) this.#happen(this.#marks[this.#at]);
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

const NOT_THERE = "The recording has nothing of this.";
