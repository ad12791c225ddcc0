import type { ShellWord } from "../verdict.ts";
import { unknownWord, type WrittenCommand } from "./command.ts";
import { itself, runs, runsText, unknown } from "./found.ts";
import { mayBeOption, type OptionTable, readOptions } from "./options.ts";
import type { Found } from "./unwrap.ts";

/** `command -p x` runs x; `command -v x` only tells where it is. */
export function findCommand({ words }: WrittenCommand, name: string): readonly Found[] {
  const found = readOptions(words, 1, { flags: "pvV" });
  if (!found) return [itself(name), unknown(name, words)];
  const inner = words.slice(found.next);
  const asks = found.options.some(([option]) => option !== "p");
  return asks || inner.length === 0 ? [] : [runs(name, inner)];
}

/** `exec -a name x`; without a command it only redirects. */
export function execute({ words }: WrittenCommand, name: string): readonly Found[] {
  const found = readOptions(words, 1, { flags: "cl", values: "a" });
  if (!found) return [itself(name), unknown(name, words)];
  const inner = words.slice(found.next);
  return inner.length === 0 ? [] : [runs(name, inner)];
}

/** `busybox sh -c …`: the next word is the program. */
export function busybox({ words }: WrittenCommand, name: string): readonly Found[] {
  const [, applet] = words;
  if (!applet || (applet.literal && applet.text.startsWith("-"))) return [];
  return [runs(name, words.slice(1))];
}

/** `watch -n 2 text`: its words are a text for a shell, or with -x a command. */
export function watch({ words }: WrittenCommand, name: string): readonly Found[] {
  const found = readOptions(words, 1, {
    flags: "bcCdegptwrx",
    values: "nqs",
    longFlags: ["beep", "color", "errexit", "chgexit", "precise", "no-title", "no-wrap", "exec"],
    longValues: ["interval", "equexit", "shotsdir"],
    longAttached: ["differences"],
  });
  if (!found) return [itself(name), unknown(name, words)];
  const inner = words.slice(found.next);
  if (inner.length === 0) return [];
  const direct = found.options.some(([option]) => option === "x" || option === "exec");
  return [direct ? runs(name, inner) : runsText(name, inner)];
}

const xargsTable: OptionTable = {
  flags: "0optrx",
  values: "adEILnPsJRS",
  attached: "eil",
  longFlags: ["null", "interactive", "no-run-if-empty", "verbose", "exit", "open-tty", "show-limits"],
  longValues: ["arg-file", "delimiter", "max-args", "max-procs", "max-chars", "process-slot-var"],
  longAttached: ["replace", "max-lines", "eof"],
};

/** `xargs -0 -n 1 x`: runs x with words from its input, which nobody knows before. */
export function xargs({ words }: WrittenCommand, name: string): readonly Found[] {
  const found = readOptions(words, 1, xargsTable);
  if (!found) return [itself(name), unknown(name, words)];
  const inner = words.slice(found.next);
  const place = placeholder(found.options);
  if (inner.length === 0) return [];
  const filled = place === undefined ? [...inner, unknownWord("…")] : fill(inner, place, "input");
  return [runs(name, filled)];
}

function placeholder(options: readonly (readonly [string, ShellWord | undefined])[]): string | undefined {
  for (const [option, value] of options) {
    if (!/^(?:I|J|i|replace)$/.test(option)) continue;
    // A placeholder that is not known may be anything.
    return value?.literal === false ? "" : (value?.text ?? "{}");
  }
  return undefined;
}

/** Words that hold a placeholder are known only when they run. */
function fill(words: readonly ShellWord[], place: string, from: "input" | "paths"): readonly ShellWord[] {
  return words.map((word) => {
    if (!word.text.includes(place)) return word;
    return unknownWord(word.text.startsWith(place) && from === "input" ? "…" : word.text);
  });
}

/** `find . -exec x {} ;`: find itself, and x with names of files. */
export function find({ words }: WrittenCommand, name: string): readonly Found[] {
  const found: Found[] = [];
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at]!;
    if (!word.literal && mayBeOption(word)) found.push(unknown(name, [word]));
    if (!word.literal || !/^-(?:exec|execdir|ok|okdir)$/.test(word.text)) continue;
    const end = words.findIndex((other, index) => index > at && isEnd(words, index, other));
    const inner = words.slice(at + 1, end < 0 ? words.length : end);
    found.push(inner.length === 0 ? unknown(name, words) : runs(name, fill(inner, "{}", "paths")));
    at = end < 0 ? words.length : end;
  }
  return found.length === 0 ? [] : [itself(name), ...found];
}

function isEnd(words: readonly ShellWord[], index: number, word: ShellWord): boolean {
  return word.literal && (word.text === ";" || (word.text === "+" && words[index - 1]!.text === "{}"));
}

/** `parallel x ::: a b`: its words are a text for a shell that is completed with each input. */
export function parallel({ words }: WrittenCommand, name: string): readonly Found[] {
  const found = readOptions(words, 1, {
    flags: "0kmqtuXv",
    values: "jnNPIad",
    longFlags: ["keep-order", "null", "quote", "verbose", "bar", "line-buffer", "will-cite", "dry-run"],
    longValues: ["jobs", "max-args", "arg-file", "delimiter", "halt", "delay", "timeout", "retries"],
  });
  if (!found) return [itself(name), unknown(name, words)];
  const rest = words.slice(found.next);
  const inputs = rest.findIndex((word) => /^:::/.test(word.text));
  const inner = inputs < 0 ? rest : rest.slice(0, inputs);
  if (
    inner.length === 0 ||
    inner.some((word) => /[\s'"`$;&|<>(){}\\]/.test(word.text.replaceAll(/\{[.#%/]*\}/g, "")))
  )
    return [itself(name), unknown(name, words)];
  return [itself(name), runs(name, [...fill(inner, "{", "input"), unknownWord("…")])];
}
