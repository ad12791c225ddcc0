import type { ShellAssignment, ShellWord } from "../verdict.ts";
import type { WrittenCommand } from "./command.ts";
import { wrappers } from "./wrappers.ts";

/** What a command was found to run besides or instead of itself. */
export type Found = { readonly via: string } & (
  | {
      readonly kind: "command";
      /** The same command, only said shorter: no wrapper was taken off. */
      readonly same?: boolean;
      readonly words: readonly ShellWord[];
      readonly assignments: readonly ShellAssignment[];
    }
  | { readonly kind: "script"; readonly text: string }
  /** Runs something that is known only when it runs. */
  | { readonly kind: "unknown"; readonly text: string }
  /** The command itself is to be judged too, not only what it runs. */
  | { readonly kind: "itself" }
);

/** Looks into one kind of command. Nothing found: it is an ordinary command. */
export type Unwrap = (command: WrittenCommand, name: string) => readonly Found[];

/** Folders whose programs are the system's own; one of the same name elsewhere may be anything. */
const system = /^(?:\/usr(?:\/local)?)?\/s?bin\/$|^\/opt\/homebrew\/bin\/$/;

/** Takes one layer of wrapping off a command. */
export function unwrap(command: WrittenCommand): readonly Found[] {
  const first = command.words[0];
  if (!first?.literal) return [];
  const [, folder = "", name = ""] = /^(.*\/)?([^/]*)$/s.exec(first.text) ?? [];
  if (!Object.hasOwn(wrappers, name)) return [];
  const found = wrappers[name]!(command, name);
  const isSystem = folder === "" || system.test(folder);
  if (found.length === 0 || isSystem || found.some((one) => one.kind === "itself")) return found;
  return [{ kind: "itself", via: name }, ...found];
}
