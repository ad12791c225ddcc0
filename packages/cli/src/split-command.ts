import { usageFailure } from "./failure.ts";

const operators = "|&;<>$`()\n\r";

/**
 * Splits `npm test -- --run "a b"` into words: quotes and backslashes as a shell reads them, but no shell: an
 * operator or a variable outside single quotes is refused, because the program would get it as a plain word.
 */
export function splitCommand(text: string, option: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (quote !== "" && char === quote) quote = "";
    else if (quote === '"' && char === "\\" && /["\\$`]/.test(text[at + 1] ?? ""))
      word = (word ?? "") + text[++at];
    else if (quote === "'" || (quote === '"' && !"$`".includes(char))) word = (word ?? "") + char;
    else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (char === "\\" && at + 1 < text.length) word = (word ?? "") + text[++at];
    else if (operators.includes(char)) throw shellWord(text, char, option);
    else if (char === " " || char === "\t") {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + char;
  }
  if (quote !== "") throw usageFailure(`${option}: the command ${JSON.stringify(text)} has an open quote.`);
  if (word !== undefined) words.push(word);
  if (words.length === 0 || words[0] === "")
    throw usageFailure(`${option}: the command is empty. Name a program.`);
  return words;
}

function shellWord(text: string, char: string, option: string) {
  return usageFailure(
    `${option}: ${JSON.stringify(text)} contains the shell operator ${JSON.stringify(char)}.`,
    {
      field: option,
      hint: "Commands run without a shell: give each command by itself, or put them into a script.",
    },
  );
}
