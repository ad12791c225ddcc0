import { markOf, type Recording, type RecordingEntry } from "./recording.ts";
import type { TurnMark } from "./turn-marks.ts";

/** Longest text of which more than its length is kept; a recording holds no longer line. */
const MAX_CHARS = 512 * 1024;

/** A piece of a longer text, in a line that was taken apart. */
export interface Piece {
  /** Which text it is a piece of. */
  readonly of: string;
  readonly text: string;
  /** Puts another text in its place. */
  replace(text: string): void;
}

/** A line with pieces of texts in it. */
export interface PiecedLine {
  readonly pieces: readonly Piece[];
  /** The line as it is now. */
  line(): string;
}

/** Finds the pieces in a line of an agent; undefined for a line without any. */
export type FindPieces = (line: string) => PiecedLine | undefined;

/**
 * Keeps texts that an agent tells in pieces only: a secret spread over several of them would not be found in any. The
 * pieces are blanked, their number of characters stays, and each text is recorded whole, as a mark, once it is over.
 */
export class WholeTexts {
  readonly #find: FindPieces;
  readonly #keep: (mark: TurnMark) => void;
  readonly #open = new Map<string, { said: string; pieces: number }>();

  constructor(find: FindPieces, keep: (mark: TurnMark) => void) {
    this.#find = find;
    this.#keep = keep;
  }

  /** A line as it may be recorded. */
  recordable(line: string): string {
    const found = this.#find(line);
    if (found === undefined) return line;
    for (const piece of found.pieces) {
      const { said, pieces } = this.#open.get(piece.of) ?? { said: "", pieces: 0 };
      const more = piece.text.slice(0, MAX_CHARS - said.length);
      this.#open.set(piece.of, { said: said + more, pieces: pieces + 1 });
      piece.replace(blank(piece.text.length));
    }
    return found.line();
  }

  /** The texts that are open are over. */
  end(): void {
    for (const [of, text] of this.#open) this.#keep({ of, ...text });
    this.#open.clear();
  }
}

/**
 * The recording with every text in its pieces again. One that is no longer as long as they were, because a secret was
 * taken out, is all in the first of them.
 */
export function withPieces(recording: Recording, find: FindPieces): Recording {
  const lines = recording.entries.map((entry) => (entry.d === "out" ? find(entry.s) : undefined));
  const waiting = new Map<string, Piece[]>();
  for (const piece of lines.flatMap((line) => line?.pieces ?? [])) {
    const before = waiting.get(piece.of);
    if (before === undefined) waiting.set(piece.of, [piece]);
    else before.push(piece);
  }
  // A line may stand after the mark that belongs to it: what could be half a secret is written late.
  for (const mark of recording.entries.map(markOf))
    if (mark !== undefined && "said" in mark)
      fill(waiting.get(mark.of)?.splice(0, mark.pieces) ?? [], mark.said);
  const entries = recording.entries.map((entry, index): RecordingEntry => {
    const line = lines[index]?.line();
    return line === undefined ? entry : { ...entry, s: line };
  });
  return { ...recording, entries };
}

function fill(pieces: readonly Piece[], said: string): void {
  const whole = pieces.reduce((sum, { text }) => sum + text.length, 0) === said.length;
  let at = 0;
  for (const piece of pieces) {
    const end = whole ? at + piece.text.length : said.length;
    piece.replace(said.slice(at, end));
    at = end;
  }
}

function blank(length: number): string {
  return "·".repeat(length);
}
