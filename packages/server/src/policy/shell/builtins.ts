import type { ShellWord } from "../verdict.ts";
import { changesPrograms } from "./assignments.ts";
import type { WrittenCommand } from "./command.ts";
import { itself, unknown } from "./found.ts";
import type { Found, Unwrap } from "./unwrap.ts";

/** A name with a subscript is evaluated, and what is substituted in it is run: `read 'a[$(x)]'`. */
const evaluated = /\[|\$\(|`/;

/** Builtins that set a variable by its name. */
function sets({ words }: WrittenCommand, name: string): readonly Found[] {
  const names = words.slice(1).filter((word) => !word.text.startsWith("-"));
  const joined = words.slice(1).flatMap((word) => /^-[A-Za-z]*[vap](.+)$/.exec(word.text)?.[1] ?? []);
  const bad =
    names.some((word) => mayChange(word)) || joined.some((text) => mayChange({ text, literal: true }));
  return bad ? [itself(name), unknown(name, words)] : [];
}

function mayChange({ text, literal }: ShellWord): boolean {
  return !literal || evaluated.test(text) || changesPrograms(text);
}

/** `printf -v NAME`: without it, it only prints. */
function printf(command: WrittenCommand, name: string): readonly Found[] {
  const [, option] = command.words;
  return option && /^-|^["']?\$/.test(option.text) && option.text !== "--" ? sets(command, name) : [];
}

const arithmetic = new Set(["-eq", "-ne", "-lt", "-le", "-gt", "-ge"]);

/** `test`: what some shells evaluate as arithmetic or as the name of a variable. */
function test({ words }: WrittenCommand, name: string): readonly Found[] {
  const compared = words.some(
    (word) => arithmetic.has(word.text) || word.text === "-v" || word.text === "-R",
  );
  const bad = compared && words.slice(1).some(({ text, literal }) => !literal || evaluated.test(text));
  return bad ? [itself(name), unknown(name, words)] : [];
}

/** `let` evaluates its words. */
function evaluates({ words }: WrittenCommand, name: string): readonly Found[] {
  return [itself(name), unknown(name, words)];
}

/** `awk`: its program can run others, and write files. */
function awk({ words }: WrittenCommand, name: string): readonly Found[] {
  const risky = /system|getline|@|(?<!\|)\|(?!\|)|print[^;}\n]*>/;
  const bad = words
    .slice(1)
    .some(
      ({ text, literal }) =>
        (!literal && !/^["']?\$?[\w./{]/.test(text)) || /^-[fiElDp]|^--/.test(text) || risky.test(text),
    );
  const program = words.slice(1).find(({ text }) => !text.startsWith("-"));
  return bad || program?.literal === false ? [itself(name), unknown(name, words)] : [];
}

/** What is part of the shell, and what is as powerful as one. */
export const builtins: Readonly<Record<string, Unwrap>> = {
  read: sets,
  getopts: sets,
  wait: sets,
  unset: sets,
  printf,
  test,
  let: evaluates,
  awk,
  gawk: awk,
  mawk: awk,
  nawk: awk,
};
