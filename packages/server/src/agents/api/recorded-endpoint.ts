import { z } from "zod";
import { parseLine } from "../json-line.ts";
import { NOT_THERE, type RecordedTurn } from "../recorded-turn.ts";
import type { Recording, RecordingEntry } from "../recording.ts";
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
 * An endpoint that is a recording, for the turn that belongs to it. Requests, answers and what happened are each in
 * their order; between them a line may be late, for what could be half a secret is written late.
 */
export class RecordedEndpoint {
  readonly fetch: Fetch;
  readonly #recorded: RecordedTurn;
  /** Line and body of each request. */
  readonly #requests: readonly string[];
  readonly #answers: readonly Answer[];
  /** Where among the marks each answer ends. */
  readonly #ends: readonly number[];
  /** The next request. */
  #request = 0;

  constructor(recording: Recording, recorded: RecordedTurn) {
    const { entries } = withPieces(recording, answerPieces);
    this.#recorded = recorded;
    this.#ends = recorded.marks.flatMap((mark, at) => ("answered" in mark ? [at] : []));
    this.#requests = requestsIn(entries);
    this.#answers = answersIn(entries);
    this.fetch = async () => this.#answerNext();
  }

  /** The next answer; of requests that were repeated word for word, because they failed, that to the last. */
  #answerNext(): Response {
    let now = this.#request;
    while (now + 1 < this.#requests.length && this.#requests[now + 1] === this.#requests[now]) now += 1;
    this.#request = now + 1;
    const answer = this.#answers[now];
    this.#recorded.playTo(now === 0 ? 0 : this.#endOf(now - 1));
    if (answer === undefined) {
      // The turn was over before it was asked for.
      this.#recorded.playTo(-1);
      this.#recorded.turn.signal.throwIfAborted();
      throw new Error(NOT_THERE);
    }
    const [, status, headers = ""] = ANSWER.exec(answer.head) ?? [];
    if (status === undefined) {
      const failure = this.#finish(now);
      this.#recorded.turn.signal.throwIfAborted();
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
    const mark = this.#recorded.marks[at];
    const failure =
      mark !== undefined && "answered" in mark && mark.answered !== true ? mark.answered : undefined;
    this.#recorded.playTo(at);
    if (failure !== undefined) this.#recorded.playEnd();
    return failure === undefined ? undefined : new Error(failure);
  }

  #endOf(request: number): number {
    return this.#ends[request] ?? -1;
  }
}

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
