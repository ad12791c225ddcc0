/** A command as a person typed it, cut into a program and its arguments, or why it cannot be. */
export type CutCommand = { readonly argv: readonly string[] } | { readonly problem: string };

/**
 * Cuts a typed command into words, with the quotes of a shell and nothing else of one: no pipe, list, redirection,
 * variable or glob means anything, and a command that needs one is refused instead of run differently.
 */
export function cutCommand(command: string): CutCommand {
  const argv: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < command.length; at += 1) {
    const char = command[at] ?? "";
    const next = command[at + 1];
    if (quote === "'" ? char === "'" : quote === '"' && char === '"') quote = "";
    else if (quote === "'") word += char;
    else if (char === "\\" && next !== undefined && (quote === "" || /["\\$`]/.test(next))) {
      word = (word ?? "") + next;
      at += 1;
    } else if (/[$`]/.test(char)) return needsShell(char);
    else if (quote !== "") word += char;
    else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (/\s/.test(char)) {
      if (word !== undefined) argv.push(word);
      word = undefined;
    } else if (/[|&;<>()*?[\]{}~#!]/.test(char) && !harmless(char, word, next)) return needsShell(char);
    else word = (word ?? "") + char;
  }
  if (quote !== "") return { problem: `A ${quote} in the command is not closed.` };
  if (word !== undefined) argv.push(word);
  if (argv.length === 0) return { problem: "The command is empty." };
  if (/^\w+=/.test(argv[0] ?? "")) return needsShell("NAME=value");
  return { argv };
}

/** Characters that mean something to a shell in some places only. */
function harmless(char: string, word: string | undefined, next: string | undefined): boolean {
  if (char === "~") return word !== undefined;
  if (char === "#" || char === "!") return word !== undefined;
  // A pair of braces alone is a word of its own, as in `find -exec`.
  return char === "{" ? next === "}" : char === "}" ? (word ?? "").endsWith("{") : false;
}

function needsShell(what: string): CutCommand {
  return {
    problem: `The command uses ${what}, which needs a shell; I run one program with its arguments and no shell.`,
  };
}
