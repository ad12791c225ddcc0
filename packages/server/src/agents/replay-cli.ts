import { setImmediate } from "node:timers/promises";
import type { Clock } from "@harness/protocol";
import type { ProcessOutcome, ProcessRunner, RunningProcess, SpawnSpec } from "../process/index.ts";
import { type CannotStart, type CliDialect, runCliTurn } from "./cli-turn.ts";
import type { FramedTurn } from "./framed-turn.ts";
import type { AgentEvent, AgentTurn, LiveTurn } from "./port.ts";
import { markOf, type Recording } from "./recording.ts";
import type { SandboxSpec } from "./sandbox-port.ts";
import type { Emit } from "./turn-frame.ts";
import type { TurnMark } from "./turn-marks.ts";

/** What a dialect is made from when its turn is played again. */
export interface Replayed {
  /** Stands at the moment that is played. */
  readonly clock: Clock;
  /** What the adapter said then that it made its dialect from (the mark `made_from`). */
  readonly made_from: Readonly<Record<string, unknown>>;
  /** A program that is never started. */
  readonly command: SandboxSpec;
}

type Answer = Extract<TurnMark, { asked: number }>;

/**
 * Plays the recorded turn of a command-line agent to today's dialect: the lines its program wrote, the answers people
 * gave, what was said to it meanwhile and how it ended, each where it was. No program is started and nobody is asked.
 */
export function replayCliTurn(
  recording: Recording,
  prepare: (turn: FramedTurn, emit: Emit, replayed: Replayed) => Promise<CliDialect | CannotStart>,
  options: { readonly may_be_silent?: boolean } = {},
): AsyncGenerator<AgentEvent> {
  const player = new Player(recording);
  const replayed: Replayed = { clock: player.clock, made_from: player.madeFrom, command: NO_PROGRAM };
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
  readonly madeFrom: Readonly<Record<string, unknown>>;
  readonly #recording: Recording;
  readonly #stop = new AbortController();
  readonly #answers = new Map<number, PromiseWithResolvers<Answer>>();
  #asked = 0;
  #live: LiveTurn | undefined;
  #now: number;

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#now = recording.head.started_at;
    this.clock = { now: () => this.#now };
    this.turn = this.#turnOf();
    const made = recording.entries.map(markOf).find((mark) => mark !== undefined && "made_from" in mark);
    this.madeFrom = made !== undefined && "made_from" in made ? made.made_from : {};
  }

  start(spec: SpawnSpec): RunningProcess {
    const exited = this.#play(spec);
    return {
      pid: undefined,
      exited,
      write: async () => {},
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
    for (const entry of this.#recording.entries) {
      // What was said before has its effects before what comes now.
      await setImmediate();
      this.#now = this.#recording.head.started_at + entry.t;
      const stream = entry.d === "out" ? "stdout" : entry.d === "err" ? "stderr" : undefined;
      if (stream !== undefined) {
        said[stream] += `${entry.s}\n`;
        spec.onLine?.(stream, entry.s);
      }
      const mark = markOf(entry);
      if (mark === undefined) continue;
      if ("exited" in mark) ended = mark;
      else this.#happen(mark);
    }
    await setImmediate();
    return outcomeOf(ended, said);
  }

  #happen(mark: TurnMark): void {
    if ("asked" in mark) this.#answer(mark.asked).resolve(mark);
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
