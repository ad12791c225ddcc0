import { mkdir } from "node:fs/promises";
import type { Clock } from "@harness/protocol";
import type { Agent, AgentEvent, AgentTurn } from "./port.ts";
import { type Recording, type RecordingHead, readRecording } from "./recording.ts";
import type { TextRedaction } from "./recording-cleaner.ts";
import { RecordingWriter } from "./recording-writer.ts";

const MAX_CHARS = 16 * 1024 * 1024;

/** What recordings are kept with. */
export interface RecordingsDeps {
  readonly folder: string;
  readonly clock: Clock;
  readonly redact: (text: string) => string;
  readonly redaction: () => TextRedaction;
  /** The version of Harness, and so of its adapters. */
  readonly version: string;
  /** False when none are kept. */
  readonly enabled: boolean;
  readonly logger: { warn(facts: object, message: string): void };
}

/** The recordings of turns: what agents and their adapters said to each other, to be played again. */
export class Recordings {
  readonly #deps: RecordingsDeps;

  constructor(deps: RecordingsDeps) {
    this.#deps = deps;
  }

  /** Runs a turn and records it. A recording that cannot be written is given up with a word in the log. */
  async *run(agent: Agent, turn: AgentTurn, turnId: string): AsyncGenerator<AgentEvent> {
    if (!this.#deps.enabled) {
      yield* agent.run(turn);
      return;
    }
    const { folder, clock, redact, redaction, logger } = this.#deps;
    const givenUp = (error: unknown) =>
      logger.warn({ err: error, turn_id: turnId }, "the turn could not be recorded");
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch(givenUp);
    const head = this.#headOf(agent, turn, turnId);
    const writer = new RecordingWriter(head, { folder, clock, redact, redaction, max: MAX_CHARS });
    try {
      yield* agent.run({
        ...turn,
        record: (direction, text) => {
          writer.add(direction, text);
          turn.record?.(direction, text);
        },
      });
    } finally {
      await writer.close().catch(givenUp);
    }
  }

  /** The recording of a turn; undefined when none is kept. */
  read(turnId: string): Promise<Recording | undefined> {
    return readRecording(this.#deps.folder, turnId);
  }

  #headOf(agent: Agent, turn: AgentTurn, turn_id: string): RecordingHead {
    const { access, session_id = null, fork = false, turn_timeout_ms, idle_timeout_ms } = turn;
    return {
      recording: 1,
      turn_id,
      agent: agent.name,
      kind: agent.kind,
      harness: this.#deps.version,
      model: turn.model ?? null,
      started_at: this.#deps.clock.now(),
      facts: { access, session_id, fork, turn_timeout_ms, idle_timeout_ms },
    };
  }
}
