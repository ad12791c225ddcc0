import { z } from "zod";
import { parseLine } from "./json-line.ts";
import type { CannotReplay } from "./port.ts";
import { TurnMark } from "./turn-marks.ts";

/** The format that is written and read. Another one is refused; what an older Harness kept less of, its adapter says. */
const FORMAT = 1;

/** The first line of a recording: what an adapter must know of the turn besides its traffic. No prompt is in it. */
export const RecordingHead = z.object({
  recording: z.literal(FORMAT),
  turn_id: z.string(),
  /** Name and kind of the agent's adapter, and the version of Harness it was part of. */
  agent: z.string(),
  kind: z.string(),
  harness: z.string(),
  model: z.string().nullable(),
  /** Epoch milliseconds. */
  started_at: z.number(),
  facts: z.object({
    access: z.enum(["read-only", "workspace-write"]),
    session_id: z.string().nullable(),
    fork: z.boolean(),
    turn_timeout_ms: z.number(),
    idle_timeout_ms: z.number(),
  }),
});
export type RecordingHead = z.infer<typeof RecordingHead>;

/** One line of a recording. `cut` says how many characters were left out there, or that nobody knows. */
export const RecordingEntry = z.object({
  /** Milliseconds since the start. */
  t: z.number(),
  d: z.enum(["out", "in", "err", "mark", "cut"]),
  s: z.string(),
});
export type RecordingEntry = z.infer<typeof RecordingEntry>;

/** The raw traffic of one turn, with its timing. */
export interface Recording {
  readonly head: RecordingHead;
  readonly entries: readonly RecordingEntry[];
  /** True when a part of the traffic is missing. */
  readonly cut: boolean;
  /** False when the server died before the turn was over: how it ended is not in it. */
  readonly whole: boolean;
  /** Ids of the items that did not come from the adapter. */
  readonly added: readonly string[];
}

/** Any head, also one of another format. */
const AnyHead = z.looseObject({ recording: z.number(), harness: z.string() });

/**
 * Reads a recording line by line. A line that is none is passed over, and its traffic is missing; the last one of a
 * server that died may be half a line.
 */
export class RecordingParser {
  readonly #entries: RecordingEntry[] = [];
  readonly #added: string[] = [];
  #head: RecordingHead | CannotReplay | undefined;
  #cut = false;
  #whole = false;
  #broken = false;

  push(line: string): void {
    if (this.#head === undefined) {
      this.#head = headOf(line);
      return;
    }
    // Not the last line: it is no server's that died.
    this.#cut ||= this.#broken;
    const entry = parseLine(RecordingEntry, line);
    const mark = entry?.d === "mark" ? parseLine(TurnMark, entry.s) : undefined;
    this.#broken = entry === undefined;
    if (entry === undefined) return;
    this.#entries.push(entry);
    this.#cut ||= entry.d === "cut" || (entry.d === "mark" && mark === undefined);
    this.#whole ||= mark !== undefined && "exited" in mark;
    if (mark !== undefined && "added" in mark) this.#added.push(mark.added);
  }

  /** The recording, once all is read; `missing` when not all of it could be. */
  end(missing = false): Recording | CannotReplay {
    const head = this.#head ?? UNREADABLE;
    if ("why" in head) return head;
    const cut = this.#cut || missing || (this.#broken && this.#whole);
    return { head, entries: this.#entries, cut, whole: this.#whole, added: this.#added };
  }
}

const UNREADABLE: CannotReplay = { why: "The file of its recording is damaged." };

function headOf(line: string): RecordingHead | CannotReplay {
  const head = parseLine(RecordingHead, line);
  if (head !== undefined) return head;
  const other = parseLine(AnyHead, line);
  if (other === undefined || other.recording === FORMAT) return UNREADABLE;
  return {
    why: `Harness ${other.harness} recorded it in format ${other.recording}; this one reads format ${FORMAT}.`,
  };
}

/** What a line says happened besides the traffic; undefined for a line of traffic. */
export function markOf({ d, s }: RecordingEntry): TurnMark | undefined {
  return d === "mark" ? parseLine(TurnMark, s) : undefined;
}

/** What the adapter said that it was made from; nothing for a recording that does not tell. */
export function madeFrom({ entries }: Recording): Readonly<Record<string, unknown>> {
  const made = entries.map(markOf).find((mark) => mark !== undefined && "made_from" in mark);
  return made !== undefined && "made_from" in made ? made.made_from : {};
}

/** Why a turn cannot be played that an older Harness recorded: it kept less. */
export function recordedTooEarly({ head }: Recording): string {
  return `Harness ${head.harness} recorded less of a turn of ${head.agent} than playing it again takes.`;
}
