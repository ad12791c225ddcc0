import { mkdir } from "node:fs/promises";
import type { Clock } from "@harness/protocol";
import type { Agent, AgentEvent, AgentTurn, CannotReplay } from "./port.ts";
import type { Recording, RecordingHead } from "./recording.ts";
import type { TextRedaction } from "./recording-cleaner.ts";
import { nextRecording, readTurn } from "./recording-files.ts";
import { RecordingWriter } from "./recording-writer.ts";

const MAX_BYTES = 16 * 1024 * 1024;

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
    const { folder, logger, clock, redact, redaction } = this.#deps;
    const givenUp = (error: unknown) =>
      logger.warn({ err: error, turn_id: turnId }, "the turn could not be recorded");
    const name = await this.#newName(turnId).catch(givenUp);
    if (name === undefined) {
      yield* agent.run(turn);
      return;
    }
    const head = this.#headOf(agent, turn, turnId);
    const writer = new RecordingWriter(head, { folder, name, clock, redact, redaction, max: MAX_BYTES });
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

  /**
   * What is recorded of a turn: one recording, or one for each time it went on after it was parked. Undefined when none
   * is kept, and the reason when one cannot be read.
   */
  read(turnId: string): Promise<readonly Recording[] | CannotReplay | undefined> {
    return readTurn(this.#deps.folder, turnId);
  }

  async #newName(turnId: string): Promise<string> {
    const { folder } = this.#deps;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return nextRecording(folder, turnId);
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
