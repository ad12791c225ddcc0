import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { z } from "zod";
import { parseLine } from "./json-line.ts";
import { TurnMark } from "./turn-marks.ts";

/** Largest recording that is read, unpacked. */
const MAX_READ_BYTES = 256 * 1024 * 1024;

/** The first line of a recording: what an adapter must know of the turn besides its traffic. No prompt is in it. */
export const RecordingHead = z.object({
  recording: z.literal(1),
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

/** The files of one recording: packed once it is closed, in pieces as long as it grows. */
export function recordingFiles(folder: string, turnId: string) {
  const at = (end: string) => path.join(folder, `${turnId}${end}`);
  return {
    packed: at(".jsonl.gz"),
    beginning: at(".jsonl"),
    tail: (n: number) => at(`.tail-${String(n).padStart(6, "0")}.jsonl`),
  };
}

/** Reads the recording of a turn, also of one whose server died. Undefined when there is none that can be read. */
export async function readRecording(folder: string, turnId: string): Promise<Recording | undefined> {
  const text = await readText(folder, turnId);
  return text === undefined ? undefined : parseRecording(text);
}

/** A recording from its lines. A line that is none, the last one of a server that died, is passed over. */
export function parseRecording(text: string): Recording | undefined {
  const [first = "", ...rest] = text.split("\n");
  const head = parseLine(RecordingHead, first);
  if (head === undefined) return undefined;
  const entries = rest.flatMap((line) => parseLine(RecordingEntry, line) ?? []);
  const cut = entries.some(({ d }) => d === "cut");
  const marks = entries.flatMap((entry) => markOf(entry) ?? []);
  const whole = marks.some((mark) => "exited" in mark);
  const added = marks.flatMap((mark) => ("added" in mark ? [mark.added] : []));
  return { head, entries, cut, whole, added };
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

async function readText(folder: string, turnId: string): Promise<string | undefined> {
  const files = recordingFiles(folder, turnId);
  const packed = await readFile(files.packed).catch(() => undefined);
  if (packed !== undefined) {
    const text = await promisify(gunzip)(packed, { maxOutputLength: MAX_READ_BYTES }).catch(() => undefined);
    return text?.toString("utf8");
  }
  const pieces: Buffer[] = [];
  try {
    for await (const piece of recordingPieces(folder, turnId)) pieces.push(piece);
  } catch {
    return undefined;
  }
  return Buffer.concat(pieces).toString("utf8");
}

/**
 * What is written of a recording that is not packed, piece by piece. Between its beginning and the oldest part that is
 * still there, others may be gone. Throws when there is none.
 */
export async function* recordingPieces(folder: string, turnId: string): AsyncGenerator<Buffer> {
  const files = recordingFiles(folder, turnId);
  yield* createReadStream(files.beginning);
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${turnId}.tail-`)).sort();
  const tails = names.map((name) => path.join(folder, name));
  if (tails.length > 0 && tails[0] !== files.tail(0))
    yield Buffer.from(`${JSON.stringify({ t: 0, d: "cut", s: "unknown" })}\n`);
  for (const tail of tails) yield* createReadStream(tail);
}
