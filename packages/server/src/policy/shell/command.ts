import type { ShellAssignment, ShellRedirect, ShellWord } from "../verdict.ts";

/** What a command is given on its standard input: a text, or what is known only when it runs. */
export type Input = { readonly known: true; readonly text: string } | { readonly known: false };

/** A simple command as it is written, wrappers and all. */
export interface WrittenCommand {
  readonly words: readonly ShellWord[];
  readonly assignments: readonly ShellAssignment[];
  readonly redirects: readonly ShellRedirect[];
  /** Undefined when it inherits the standard input of the whole. */
  readonly input: Input | undefined;
  readonly text: string;
}

/** What surrounds a statement and counts for the commands in it: redirects of a group, the left side of a pipe. */
export interface Around {
  readonly redirects: readonly ShellRedirect[];
  readonly input: Input | undefined;
  /** Words after a redirect belong to the command before it: `cmd >file word`. */
  readonly words: readonly ShellWord[];
}

export const nothingAround: Around = { redirects: [], input: undefined, words: [] };

/** A word that stands for itself. */
export function literalWord(text: string): ShellWord {
  return { text, literal: true };
}

/** A word that is known only when it runs. */
export function unknownWord(text: string): ShellWord {
  return { text, literal: false };
}
