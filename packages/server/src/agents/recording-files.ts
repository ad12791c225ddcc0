import { createReadStream } from "node:fs";
import { access, readdir } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { LineSplitter } from "../process/index.ts";
import type { CannotReplay } from "./port.ts";
import { type Recording, RecordingParser } from "./recording.ts";

/** Largest recording that is read, unpacked; the rest of a larger one is missing. */
const MAX_READ_BYTES = 256 * 1024 * 1024;
const MAX_LINE_BYTES = 32 * 1024 * 1024;
/** Most times that one turn is begun: each time it was parked, with its question, it is begun again. */
const MAX_PARTS = 1_000;

/** The files of one recording: packed once it is closed, in pieces as long as it grows. */
export function recordingFiles(folder: string, name: string) {
  const at = (end: string) => path.join(folder, `${name}${end}`);
  return {
    packed: at(".jsonl.gz"),
    beginning: at(".jsonl"),
    tail: (n: number) => at(`.tail-${String(n).padStart(6, "0")}.jsonl`),
  };
}

/** The name of the recording of a turn that is begun now: the first, or one more of a turn that was parked. */
export async function nextRecording(folder: string, turnId: string): Promise<string> {
  for (let part = 1; part < MAX_PARTS; part += 1) {
    const name = partName(turnId, part);
    if (!(await isKept(folder, name))) return name;
  }
  throw new Error(`The turn was begun ${MAX_PARTS} times.`);
}

/**
 * All recordings of a turn, in order: one, or one for each time it was begun again. Undefined when none is kept, and
 * the reason when one cannot be read.
 */
export async function readTurn(
  folder: string,
  turnId: string,
): Promise<readonly Recording[] | CannotReplay | undefined> {
  const parts: Recording[] = [];
  for (let part = 1; part < MAX_PARTS; part += 1) {
    const read = await readRecording(folder, partName(turnId, part));
    if (read === undefined) break;
    if ("why" in read) return read;
    parts.push(read);
  }
  return parts.length === 0 ? undefined : parts;
}

/** Reads one recording, also of a server that died, and what is left of a damaged one. */
export async function readRecording(
  folder: string,
  name: string,
): Promise<Recording | CannotReplay | undefined> {
  if (!(await isKept(folder, name))) return undefined;
  const files = recordingFiles(folder, name);
  const parser = new RecordingParser();
  const lines = new LineSplitter(MAX_LINE_BYTES, (line) => parser.push(line));
  let left = MAX_READ_BYTES;
  const take = async (source: AsyncIterable<Buffer>) => {
    for await (const bytes of source) {
      lines.push(bytes.subarray(0, left));
      left -= bytes.length;
      if (left < 0) throw new Error("The recording is too large.");
    }
  };
  const packed = await exists(files.packed);
  const reading = packed
    ? pipeline(createReadStream(files.packed), createGunzip(), take)
    : take(recordingPieces(folder, name));
  const damaged = await reading.then(
    () => false,
    () => true,
  );
  lines.end();
  return parser.end(damaged);
}

/**
 * What is written of a recording that is not packed, piece by piece. Between its beginning and the oldest part that is
 * still there, others may be gone. Throws when there is none.
 */
export async function* recordingPieces(folder: string, name: string): AsyncGenerator<Buffer> {
  const files = recordingFiles(folder, name);
  yield* createReadStream(files.beginning);
  const names = (await readdir(folder)).filter((file) => file.startsWith(`${name}.tail-`)).sort();
  const tails = names.map((file) => path.join(folder, file));
  if (tails.length > 0 && tails[0] !== files.tail(0))
    yield Buffer.from(`${JSON.stringify({ t: 0, d: "cut", s: "unknown" })}\n`);
  for (const tail of tails) yield* createReadStream(tail);
}

function partName(turnId: string, part: number): string {
  return part === 1 ? turnId : `${turnId}.part-${part}`;
}

async function isKept(folder: string, name: string): Promise<boolean> {
  const { packed, beginning } = recordingFiles(folder, name);
  return (await exists(packed)) || (await exists(beginning));
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
