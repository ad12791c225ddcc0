import type { ShellWord } from "../verdict.ts";

/** The options of a program, as far as they are known. */
export interface OptionTable {
  /** Letters without a value. */
  readonly flags?: string;
  /** Letters with a value, in the same word or the next. */
  readonly values?: string;
  /** Letters that take a value only in the same word. */
  readonly attached?: string;
  readonly longFlags?: readonly string[];
  /** Long options with a value, behind `=` or in the next word. */
  readonly longValues?: readonly string[];
  /** Long options with a value only behind `=`, which may be left out. */
  readonly longAttached?: readonly string[];
}

/** Options a command line was found to have. */
export interface FoundOptions {
  /** Where the first word stands that is no option. */
  readonly next: number;
  /** Letter or long name (without dashes), with its value. */
  readonly options: readonly (readonly [name: string, value: ShellWord | undefined])[];
}

/** Reads options from a word on. Undefined when one of them is not in the table or is known only when it runs. */
export function readOptions(
  words: readonly ShellWord[],
  from: number,
  table: OptionTable,
): FoundOptions | undefined {
  const options: [string, ShellWord | undefined][] = [];
  let at = from;
  while (at < words.length) {
    const word = words[at]!;
    if (!word.literal) return mayBeOption(word) ? undefined : { next: at, options };
    if (word.text === "--") return { next: at + 1, options };
    if (!word.text.startsWith("-") || word.text === "-") break;
    const taken = word.text.startsWith("--")
      ? long(word.text, words[at + 1], table, options)
      : short(word.text, words[at + 1], table, options);
    if (taken === undefined) return undefined;
    at += taken;
  }
  return { next: at, options };
}

/**
 * Whether a word that is known only when it runs may turn into an option, alone or as one of several words. A glob
 * may find a file of that name.
 */
export function mayBeOption({ text, literal }: ShellWord): boolean {
  if (literal) return text.startsWith("-");
  return !(
    /^(?:"[\w./]|[\w./][\w./=:-]*")[^"]*"$/.test(text) ||
    /^[\w./][^$`]*$/.test(text) ||
    text === "{}"
  );
}

/** Whether a word stays one word when it runs, whatever it becomes. */
function isOneWord(word: ShellWord | undefined): word is ShellWord {
  return word !== undefined && (word.literal || /^"[^"]*"$/.test(word.text));
}

function long(
  text: string,
  following: ShellWord | undefined,
  table: OptionTable,
  options: [string, ShellWord | undefined][],
): number | undefined {
  const [, name = "", value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(text) ?? [];
  const given = value === undefined ? undefined : { text: value, literal: true };
  const takes = table.longValues?.includes(name);
  const known = takes || table.longFlags?.includes(name) || table.longAttached?.includes(name);
  if (!known || (given && table.longFlags?.includes(name))) return undefined;
  if (!takes || given) {
    options.push([name, given]);
    return 1;
  }
  if (!isOneWord(following)) return undefined;
  options.push([name, following]);
  return 2;
}

function short(
  text: string,
  following: ShellWord | undefined,
  table: OptionTable,
  options: [string, ShellWord | undefined][],
): number | undefined {
  for (let at = 1; at < text.length; at += 1) {
    const letter = text[at]!;
    const rest = text.slice(at + 1);
    if (table.flags?.includes(letter)) {
      options.push([letter, undefined]);
      continue;
    }
    if (table.attached?.includes(letter)) {
      options.push([letter, rest === "" ? undefined : { text: rest, literal: true }]);
      return 1;
    }
    if (!table.values?.includes(letter)) return undefined;
    const value = rest === "" ? following : { text: rest, literal: true };
    if (!isOneWord(value)) return undefined;
    options.push([letter, value]);
    return rest === "" ? 2 : 1;
  }
  return 1;
}
