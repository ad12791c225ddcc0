import type { ShellAssignment, ShellWord } from "../verdict.ts";
import type { Found } from "./unwrap.ts";

/** The command is run as well as what is inside of it. */
export function itself(via: string): Found {
  return { kind: "itself", via };
}

/** Something known only when it runs; the words say what, as written. */
export function unknown(via: string, words: readonly ShellWord[]): Found {
  return { kind: "unknown", via, text: words.map((word) => word.text).join(" ") };
}

/** Another command that is run. */
export function runs(
  via: string,
  words: readonly ShellWord[],
  assignments: readonly ShellAssignment[] = [],
): Extract<Found, { kind: "command" }> {
  return { kind: "command", via, words, assignments };
}

/** A text that is run by a shell, if it is known. */
export function runsText(via: string, words: readonly ShellWord[]): Found {
  return words.every((word) => word.literal)
    ? { kind: "script", via, text: words.map((word) => word.text).join(" ") }
    : unknown(via, words);
}
