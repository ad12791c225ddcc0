import type { Clock } from "@harness/protocol";
import { z } from "zod";
import { parseLine } from "../json-line.ts";
import type { AgentTurn, LiveTurn, TurnStop } from "../port.ts";
import { markOf, type Recording, type RecordingEntry } from "../recording.ts";
import type { TurnMark } from "../turn-marks.ts";
import { withPieces } from "../whole-texts.ts";
import { answerPieces } from "./answer-pieces.ts";
import { type Fetch, NO_ANSWER } from "./traffic.ts";

const REQUEST = /^[A-Z]+ \//;
const ANSWER = /^HTTP (\d+) (\{.*\})$/;

/** One answer of the endpoint: its head, and its lines. */
interface Answer {
  readonly head: string;
  readonly lines: string[];
}

/**
 * An endpoint that is a recording, and the turn that belongs to it. Today's adapter goes ahead: whatever it asks for is
 * looked up from where it is on, and what happened to the turn on the way there happens to it. Requests, answers and
 * marks are each in their order; between them a line may be late, for what could be half a secret is written late.
 */
export class RecordedEndpoint {
  readonly turn: AgentTurn;
  readonly clock: Clock;
  readonly fetch: Fetch;
  /** Line and body of each request. */
  readonly #requests: readonly string[];
  readonly #answers: readonly Answer[];
  readonly #marks: readonly TurnMark[];
  readonly #times: readonly number[];
  readonly #stop = new AbortController();
  readonly #recalled = new Map<string, number>();
  #asked = 0;
  #live: LiveTurn | undefined;
  /** The next request, and the next mark that was not played yet. */
  #request = 0;
  #at = 0;

  constructor(recording: Recording) {
    const { entries } = withPieces(recording, answerPieces);
    const marked = entries.flatMap((entry) => {
      const mark = markOf(entry);
      return mark === undefined ? [] : [{ mark, t: entry.t }];
    });
    this.#marks = marked.map(({ mark }) => mark);
    this.#times = marked.map(({ t }) => t);
    this.#requests = requestsIn(entries);
    this.#answers = answersIn(entries);
    const { started_at } = recording.head;
    this.clock = { now: () => started_at + (this.#times[this.#at] ?? 0) };
    this.turn = this.#turnOf(recording);
    this.fetch = async () => this.#answerNext();
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
    const at = this.#marks.findIndex((mark) => "asked" in mark && mark.asked === asked);
    this.#playTo(at);
    const mark = this.#marks[at];
    return mark !== undefined && "asked" in mark ? mark : undefined;
  }

  #recall(effect: string): unknown {
    const skipped = this.#recalled.get(effect) ?? 0;
    this.#recalled.set(effect, skipped + 1);
    const of = this.#marks.flatMap((mark, at) =>
      "effect" in mark && mark.effect === effect ? [{ mark, at }] : [],
    );
    const { mark, at = -1 } = of[skipped] ?? {};
    this.#playTo(at);
    if (mark === undefined) throw new Error(`${NOT_THERE} (${effect})`);
    if ("gave" in mark) return mark.gave;
    this.#playEnd();
    throw new Error(mark.threw);
  }

  /** The next answer; of requests that were repeated word for word, because they failed, that to the last. */
  #answerNext(): Response {
    let now = this.#request;
    while (now + 1 < this.#requests.length && this.#requests[now + 1] === this.#requests[now]) now += 1;
    this.#request = now + 1;
    const answer = this.#answers[now];
    this.#playTo(now === 0 ? 0 : this.#endOf(now - 1));
    if (answer === undefined) {
      // The turn was over before it was asked for.
      this.#playTo(-1);
      this.turn.signal.throwIfAborted();
      throw new Error(NOT_THERE);
    }
    const [, status, headers = ""] = ANSWER.exec(answer.head) ?? [];
    if (status === undefined) {
      const failure = this.#finish(now);
      this.turn.signal.throwIfAborted();
      throw new TypeError("fetch failed", { cause: failure ?? new Error(NOT_THERE) });
    }
    const known = parseLine(z.record(z.string(), z.string()), headers) ?? {};
    return new Response(this.#body(now, answer.lines), { status: Number(status), headers: known });
  }

  /** The lines of an answer, and how it ended. */
  #body(request: number, lines: readonly string[]): ReadableStream<Uint8Array> {
    const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
    let told = false;
    return new ReadableStream({
      pull: (controller) => {
        if (!told && bytes.length > 0) {
          told = true;
          controller.enqueue(bytes);
          return;
        }
        const failure = this.#finish(request);
        if (failure === undefined) controller.close();
        else controller.error(failure);
      },
    });
  }

  /** Lets happen what happened up to the end of an answer; why it broke off, if it did. */
  #finish(request: number): Error | undefined {
    const at = this.#endOf(request);
    const mark = this.#marks[at];
    const failure =
      mark !== undefined && "answered" in mark && mark.answered !== true ? mark.answered : undefined;
    this.#playTo(at);
    if (failure !== undefined) this.#playEnd();
    return failure === undefined ? undefined : new Error(failure);
  }

  #endOf(request: number): number {
    const ends = this.#marks.flatMap((mark, at) => ("answered" in mark ? [at] : []));
    return ends[request] ?? -1;
  }

  /** Lets happen what happened up to there; to the end when that is nowhere. */
  #playTo(at: number): void {
    const end = at < 0 ? this.#marks.length : at;
    for (; this.#at < end; this.#at += 1) this.#happen(this.#marks[this.#at]);
  }

  /** What broke off may have done so because the turn was stopped or out of time: that is told after it. */
  #playEnd(): void {
    const more = this.#marks.slice(this.#at + 1).some((mark) => "effect" in mark || "answered" in mark);
    if (!more) this.#playTo(-1);
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

function requestsIn(entries: readonly RecordingEntry[]): string[] {
  const requests: string[] = [];
  for (const { d, s } of entries) {
    if (d !== "in") continue;
    if (REQUEST.test(s)) requests.push(s);
    else if (requests.length > 0) requests[requests.length - 1] += `\n${s}`;
  }
  return requests;
}

function answersIn(entries: readonly RecordingEntry[]): Answer[] {
  const answers: Answer[] = [];
  for (const { d, s } of entries) {
    if (d !== "out") continue;
    if (s === NO_ANSWER || ANSWER.test(s)) answers.push({ head: s, lines: [] });
    else answers.at(-1)?.lines.push(s);
  }
  return answers;
}
