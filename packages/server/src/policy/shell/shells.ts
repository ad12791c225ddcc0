import type { ShellWord } from "../verdict.ts";
import type { WrittenCommand } from "./command.ts";
import { itself, runsText, unknown } from "./found.ts";
import { readOptions } from "./options.ts";
import type { Found } from "./unwrap.ts";

const shellOptions = {
  flags: "abefhiklmnprstuvxBCDEHPTc",
  values: "oO",
  longFlags: ["login", "norc", "noprofile", "posix", "noediting", "verbose", "restricted"],
};

/** `bash -lc 'text'`, and a shell that reads what it runs from its input. A shell given a file is as it stands. */
export function shell({ words, input }: WrittenCommand, name: string): readonly Found[] {
  // `+x` takes an option back.
  const signed = words.map((word) =>
    /^\+[A-Za-z]/.test(word.text) ? { ...word, text: `-${word.text.slice(1)}` } : word,
  );
  const found = readOptions(signed, 1, shellOptions);
  if (!found) return [itself(name), unknown(name, words)];
  const { next, options } = found;
  const has = (letter: string) => options.some(([option]) => option === letter);
  if (has("c")) {
    const script = words[next];
    return script ? [runsText(name, [script])] : [];
  }
  if (next < words.length && !has("s")) return [];
  if (input?.known) return [itself(name), { kind: "script", via: name, text: input.text }];
  return [itself(name), unknown(name, words)];
}

/** `eval 'text'`: its words, joined by blanks, are read again. */
export function evaluate({ words }: WrittenCommand, name: string): readonly Found[] {
  const rest = words[1]?.text === "--" ? words.slice(2) : words.slice(1);
  return [runsText(name, rest)];
}

/** `trap 'text' EXIT`. */
export function trap({ words }: WrittenCommand, name: string): readonly Found[] {
  const rest = words[1]?.text === "--" ? words.slice(2) : words.slice(1);
  const [action] = rest;
  if (!action || rest.length < 2 || /^(?:-[lpP]?|[0-9]+)?$/.test(action.text)) return [];
  return [runsText(name, [action])];
}

/** `alias x='text'`: the text may be run wherever `x` stands from there on. */
export function alias({ words }: WrittenCommand, name: string): readonly Found[] {
  const values = words.slice(1).filter((word) => !word.literal || word.text.includes("="));
  const text = ({ text, literal }: ShellWord): ShellWord => ({
    text: text.slice(text.indexOf("=") + 1),
    literal,
  });
  return values.length === 0 ? [] : [itself(name), ...values.map((word) => runsText(name, [text(word)]))];
}
