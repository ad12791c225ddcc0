import type { RecordingEntry } from "./recording.ts";

/** Takes secrets out of text that comes in pieces, and holds back what may be the beginning of one. */
export interface TextRedaction {
  push(chunk: string): string;
  flush(): string;
}

type Direction = RecordingEntry["d"];

/**
 * Takes secrets out of recorded lines, also those that stand on several: each direction is read as one text. A line
 * comes out as soon as it is decided, which is nearly always at once.
 */
export class RecordingCleaner {
  readonly #make: () => TextRedaction;
  readonly #texts = new Map<Direction, { readonly redaction: TextRedaction; open: string }>();

  constructor(make: () => TextRedaction) {
    this.#make = make;
  }

  /** The lines that are decided now; of a cut, what was held back goes too: the rest of it is missing. */
  push(entry: RecordingEntry): RecordingEntry[] {
    if (entry.d === "cut") {
      const held = [...this.#texts.values()].reduce(
        (sum, { redaction, open }) => sum + open.length + redaction.flush().length,
        0,
      );
      this.#texts.clear();
      return [{ ...entry, s: String(Number(entry.s) + held) }];
    }
    const text = this.#texts.get(entry.d) ?? { redaction: this.#make(), open: "" };
    this.#texts.set(entry.d, text);
    const lines = (text.open + text.redaction.push(`${entry.s}\n`)).split("\n");
    text.open = lines.pop() ?? "";
    return lines.map((s) => ({ ...entry, s }));
  }

  /** What is still held back, at the end of everything. */
  flush(t: number): RecordingEntry[] {
    return [...this.#texts].flatMap(([d, { redaction, open }]) => {
      const rest = open + redaction.flush();
      return rest === ""
        ? []
        : rest
            .replace(/\n$/, "")
            .split("\n")
            .map((s) => ({ t, d, s }));
    });
  }
}
