import { setImmediate } from "node:timers/promises";
import type { Clock } from "@harness/protocol";
import type { ProcessOutcome, ProcessRunner, RunningProcess, SpawnSpec } from "../process/index.ts";
import { type CannotStart, type CliDialect, runCliTurn } from "./cli-turn.ts";
import type { FramedTurn } from "./framed-turn.ts";
import type { AgentEvent, AgentTurn, LiveTurn } from "./port.ts";
import { RecalledEffects } from "./recalled-effects.ts";
import { markOf, type Recording } from "./recording.ts";
import type { SandboxSpec } from "./sandbox-port.ts";
import type { Emit } from "./turn-frame.ts";
import type { TurnMark } from "./turn-marks.ts";

/** What a dialect is made from when its turn is played again. */
export interface Replayed {
  /** Stands at the moment that is played. */
  readonly clock: Clock;
  /** A program that is never started. */
  readonly command: SandboxSpec;
}

/** Makes of what a program answered then what it would answer today, where they count what they say. */
export interface LineTranslation {
  /** What was said to the program then, and what is said today. */
  recorded(line: string): void;
  said(line: string): void;
  /** A line of the program; undefined for one that it would not write today. */
  heard(line: string): string | undefined;
}

type Answer = Extract<TurnMark, { asked: number }>;
/** How often an adapter is given the time to say what it then said. */
const ROUNDS = 50;

/**
 * Plays the recorded turn of a command-line agent to today's dialect: the lines its program wrote, the answers people
 * gave, what was said to it meanwhile and how it ended, each where it was. No program is started and nobody is asked.
 */
export function replayCliTurn(
  recording: Recording,
  prepare: (turn: FramedTurn, emit: Emit, replayed: Replayed) => Promise<CliDialect | CannotStart>,
  options: { readonly may_be_silent?: boolean; readonly translation?: LineTranslation } = {},
): AsyncGenerator<AgentEvent> {
  const player = new Player(recording, options.translation);
  const replayed: Replayed = { clock: player.clock, command: NO_PROGRAM };
  return runCliTurn(player, player.turn, (turn, emit) => prepare(turn, emit, replayed), options);
}

const NO_PROGRAM: SandboxSpec = {
  file: "replay",
  args: [],
  env: {},
  readable: [],
  writable_files: [],
  state: [],
  network: false,
};

/** A runner whose only program is a recording, and the turn that belongs to it. */
class Player implements Pick<ProcessRunner, "start"> {
  readonly turn: AgentTurn;
  readonly clock: Clock;
  readonly #recording: Recording;
  readonly #translation: LineTranslation | undefined;
  readonly #stop = new AbortController();
  readonly #answers = new Map<number, PromiseWithResolvers<Answer>>();
  readonly #effects = new RecalledEffects();
  #asked = 0;
  #said = 0;
  #live: LiveTurn | undefined;
  #now: number;

  constructor(recording: Recording, translation: LineTranslation | undefined) {
    this.#recording = recording;
    this.#translation = translation;
    this.#now = recording.head.started_at;
    this.clock = { now: () => this.#now };
    this.turn = this.#turnOf();
  }

  start(spec: SpawnSpec): RunningProcess {
    const exited = this.#play(spec);
    return {
      pid: undefined,
      exited,
      write: async (text) => {
        this.#said += 1;
        if (typeof text === "string") this.#translation?.said(text);
      },
      endInput: () => {},
      holdLimits: () => () => {},
      touch: () => {},
      kill: () => exited,
    };
  }

  #turnOf(): AgentTurn {
    const { head } = this.#recording;
    const { session_id, ...facts } = head.facts;
    return {
      ...facts,
      ...(session_id === null ? {} : { session_id }),
      ...(head.model === null ? {} : { model: head.model }),
      prompt: "",
      workspace: "/",
      attempt_id: head.turn_id,
      sandbox: async (command) => command,
      approve: async () => {
        const answer = await this.#nextAnswer();
        if ("answer" in answer) return answer.answer;
        throw new Error(
          "unanswered" in answer ? answer.unanswered : "The recording has another answer here.",
        );
      },
      ask: async () => {
        const answer = await this.#nextAnswer();
        return "answers" in answer ? (answer.answers ?? undefined) : undefined;
      },
      attach: (live) => {
        this.#live = live;
      },
      recall: (effect) => this.#effects.recall(effect),
      signal: this.#stop.signal,
    };
  }

  #nextAnswer(): Promise<Answer> {
    this.#asked += 1;
    return this.#answer(this.#asked - 1).promise;
  }

  #answer(asked: number): PromiseWithResolvers<Answer> {
    const known = this.#answers.get(asked) ?? Promise.withResolvers<Answer>();
    this.#answers.set(asked, known);
    return known;
  }

  async #play(spec: SpawnSpec): Promise<ProcessOutcome> {
    const said = { stdout: "", stderr: "" };
    let ended: Extract<TurnMark, { exited: unknown }> | undefined;
    let heard = 0;
    for (const entry of this.#recording.entries) {
      // What was said before has its effects before what comes now.
      await setImmediate();
      this.#now = this.#recording.head.started_at + entry.t;
      if (entry.d === "in") {
        heard += 1;
        this.#translation?.recorded(entry.s);
        await this.#untilSaid(heard);
      }
      const stream = entry.d === "out" ? "stdout" : entry.d === "err" ? "stderr" : undefined;
      const line = this.#translation === undefined ? entry.s : this.#translation.heard(entry.s);
      if (stream !== undefined && line !== undefined) {
        said[stream] += `${line}\n`;
        spec.onLine?.(stream, line);
      }
      const mark = markOf(entry);
      if (mark === undefined) continue;
      if ("exited" in mark) ended = mark;
      else this.#happen(mark);
    }
    await setImmediate();
    this.#effects.end();
    return outcomeOf(ended, said);
  }

  /** What answers it comes after it. Today's adapter may say less. */
  async #untilSaid(count: number): Promise<void> {
    for (let round = 0; this.#said < count && round < ROUNDS; round += 1) await setImmediate();
  }

  #happen(mark: TurnMark): void {
    if ("asked" in mark) this.#answer(mark.asked).resolve(mark);
    else if ("effect" in mark) this.#effects.happen(mark);
    else if ("steered" in mark) this.#live?.steer(mark.steered).catch(() => undefined);
    else if ("stopped" in mark) this.#stop.abort();
  }
}

/** A recording without an end is one of a server that died, and its programs with it. */
function outcomeOf(
  ended: Extract<TurnMark, { exited: unknown }> | undefined,
  said: { readonly stdout: string; readonly stderr: string },
): ProcessOutcome {
  const { exit_code, signal, reason, error } = ended?.exited ?? {
    exit_code: null,
    signal: "SIGKILL",
    reason: "exited" as const,
    error: undefined,
  };
  const captured = (text: string) => ({ text, totalBytes: text.length, cutBytes: 0, sha256: "" });
  return {
    exitCode: exit_code,
    signal,
    reason,
    ...(error === undefined ? {} : { error }),
    startedAt: 0,
    durationMs: 0,
    stdout: captured(said.stdout),
    stderr: captured(said.stderr),
    survivorsKilled: 0,
  };
}
