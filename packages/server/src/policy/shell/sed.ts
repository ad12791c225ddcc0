import type { ShellWord } from "../verdict.ts";
import type { WrittenCommand } from "./command.ts";
import { itself, unknown } from "./found.ts";
import { mayBeOption } from "./options.ts";
import type { Found } from "./unwrap.ts";

const address = String.raw`(?:[0-9]+(?:~[0-9]+)?|\$|/(?:[^/\\\n]|\\.)*/I?)`;
const range = String.raw`(?:${address}(?:,(?:\+?[0-9]+|${address}))?\s*!?\s*)?`;
const substitute = ["/", "|", "#", ",", ":", "@", "!", "%", "~", "_"]
  .map((mark) => {
    const part = String.raw`(?:[^${mark === "|" ? "|" : mark}\\\n]|\\.)*`;
    const sign = mark === "|" ? String.raw`\|` : mark;
    return `[sy]${sign}${part}${sign}${part}${sign}[gpiI0-9mM]*`;
  })
  .join("|");
/** Scripts of commands that neither run a program (`e`) nor read or write a file (`r`, `w`). */
const plain = new RegExp(
  `^\\s*(?:${range}(?:[pdqQ=nNDPgGhHxlz]|q[0-9]+|${substitute})\\s*(?:[;\\n]\\s*|$))*$`,
);

const long =
  /^--(?:(expression)|in-place|quiet|silent|regexp-extended|null-data|separate|posix|debug|sandbox|follow-symlinks|unbuffered|zero-terminated|version|help)(?:=([\s\S]*))?$/;
const short = /^-[nErszu]*(?:(e)([\s\S]*)|i[\s\S]*)?$/;

/** `sed`: a script that is not plain may run programs and write files. */
export function sed({ words }: WrittenCommand, name: string): readonly Found[] {
  const scripts = scriptsOf(words.slice(1));
  return scripts?.every((script) => plain.test(script)) ? [] : [itself(name), unknown(name, words)];
}

/** The scripts among the words of sed; undefined when a word or an option of it is not known. */
function scriptsOf(words: readonly ShellWord[]): readonly string[] | undefined {
  const scripts: string[] = [];
  const operands: string[] = [];
  const given = words[Symbol.iterator]();
  for (const word of given) {
    const { text, literal } = word;
    if (!literal && mayBeOption(word)) return undefined;
    const option = text.startsWith("--") ? long.exec(text) : short.exec(text);
    if (!text.startsWith("-") || text === "-") {
      if (!literal && operands.length + scripts.length === 0) return undefined;
      operands.push(text);
    } else if (!option || !literal) {
      return undefined;
    } else if (option[1] !== undefined) {
      const value = option[2] || given.next().value?.text;
      if (value === undefined) return undefined;
      scripts.push(value);
    }
  }
  return scripts.length > 0 ? scripts : operands.slice(0, 1);
}
