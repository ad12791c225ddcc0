import type { ShellAssignment, ShellWord } from "../verdict.ts";
import type { WrittenCommand } from "./command.ts";
import { itself, runs, unknown } from "./found.ts";
import { readOptions } from "./options.ts";
import type { Found } from "./unwrap.ts";

const table = {
  flags: "i0v",
  values: "uCSP",
  longFlags: ["ignore-environment", "null", "debug"],
  longValues: ["unset", "chdir", "split-string"],
  longAttached: ["block-signal", "default-signal", "ignore-signal"],
};

/** `env -i -u NAME -C dir -S 'words' NAME=value … command`. Without a command it prints the environment. */
export function env({ words }: WrittenCommand, name: string): readonly Found[] {
  const found = readOptions(words, 1, table);
  if (!found) return [itself(name), unknown(name, words)];
  const split = found.options.filter(([option]) => option === "S" || option === "split-string");
  let rest = words.slice(found.next);
  if (rest[0]?.literal && rest[0].text === "-") rest = rest.slice(1);
  for (const [, value] of split.toReversed()) {
    const texts = splitString(value);
    if (!texts) return [itself(name), unknown(name, words)];
    // What was split off is read for options again.
    return env({ ...emptied(words), words: [words[0]!, ...texts, ...rest] }, name);
  }
  const [assignments, inner] = leadingAssignments(rest);
  if (inner.length === 0) return [];
  const chdir = found.options.some(([option]) => option === "C" || option === "chdir");
  return [...(chdir ? [itself(name)] : []), runs(name, inner, assignments)];
}

function emptied(words: readonly ShellWord[]): WrittenCommand {
  return { words, assignments: [], redirects: [], input: undefined, text: "" };
}

/** The words of `-S`; undefined when it has quotes, escapes or variables of its own. */
function splitString(value: ShellWord | undefined): ShellWord[] | undefined {
  if (!value?.literal || /[\\'"$#]/.test(value.text)) return undefined;
  const texts = value.text.split(/[ \t\n]+/).filter((text) => text !== "");
  return texts.map((text) => ({ text, literal: true }));
}

/** Takes `NAME=value` words off the front. A front word known only when it runs stays: it may be a command. */
export function leadingAssignments(
  words: readonly ShellWord[],
): [readonly ShellAssignment[], readonly ShellWord[]] {
  const assignments: ShellAssignment[] = [];
  for (const word of words) {
    const [, name, value] = /^([^=]*)=([\s\S]*)$/.exec(word.text) ?? [];
    // Without quotes a variable may become several words, the next of them the command.
    const whole = word.literal || /^\w+="[^"]*"$/.test(word.text);
    const assigned = name !== undefined && value !== undefined && whole;
    if (!assigned) break;
    assignments.push({ name, value: { text: value, literal: word.literal } });
  }
  return [assignments, words.slice(assignments.length)];
}
