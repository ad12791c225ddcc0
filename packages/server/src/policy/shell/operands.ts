import type { ShellWord } from "../verdict.ts";

/** Words of a command sorted out: its options with their values, and the words it works on. */
export interface Sorted {
  readonly operands: readonly ShellWord[];
  /** The value of an option by its letter or long name; a word of its own when it has none. */
  readonly options: ReadonlyMap<string, readonly ShellWord[]>;
}

/** Sorts out the words behind the name of a command. `valued` names the options that take the next word. */
export function sortOut(words: readonly ShellWord[], valued: readonly string[]): Sorted {
  const operands: ShellWord[] = [];
  const options = new Map<string, ShellWord[]>();
  const note = (name: string, value: ShellWord) => options.set(name, [...(options.get(name) ?? []), value]);
  const takes = new Set(valued);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    const option = /^(?:--([^=]+)(?:=([\s\S]*))?|-([^-][\s\S]*))$/.exec(word.text);
    if (word.literal && word.text === "--")
      return { operands: [...operands, ...words.slice(at + 1)], options };
    if (!option) operands.push(word);
    else if (option[1] !== undefined) {
      const [, name, value] = option;
      if (value !== undefined) note(name!, { text: value, literal: word.literal });
      else if (!takes.has(name!)) note(name!, word);
      else if (words[at + 1]) {
        at += 1;
        note(name!, words[at]!);
      }
    } else at += letters(option[3]!, word, words[at + 1], takes, note);
  }
  return { operands, options };
}

/** Reads `-xvf value`; answers how many words after it belong to it. */
function letters(
  cluster: string,
  word: ShellWord,
  following: ShellWord | undefined,
  takes: ReadonlySet<string>,
  note: (name: string, value: ShellWord) => void,
): number {
  // Whole words behind one dash, as `find` has them.
  if (takes.has(cluster) && cluster.length > 1 && following) {
    note(cluster, following);
    return 1;
  }
  for (const [index, letter] of [...cluster].entries()) {
    const rest = cluster.slice(index + 1);
    if (!takes.has(letter)) note(letter, word);
    else if (rest !== "") {
      note(letter, { text: rest, literal: word.literal });
      return 0;
    } else if (following) {
      note(letter, following);
      return 1;
    }
  }
  return 0;
}
