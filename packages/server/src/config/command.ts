import { HarnessError } from "@harness/protocol";
import { z } from "zod";

const operators = new Set(["|", "&", ";", "<", ">", "$", "`", "(", ")", "\n", "\r"]);

/**
 * Splits a command line into an argument vector, as seed 1's `pre_commit` texts need: words, single and double
 * quotes, backslash. Harness runs programs without a shell, so an unquoted shell operator, `$` or backtick is
 * refused (`config_invalid`) instead of being handed to the program as a word that means nothing to it.
 */
export function parseCommand(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = "";
  for (let index = 0; index < text.length; index++) {
    const char = text[index] as string;
    if (quote !== "") {
      if (char === quote) quote = "";
      else if (quote === '"' && char === "\\" && /["\\$`]/.test(text[index + 1] ?? ""))
        word = (word ?? "") + (text[++index] ?? "");
      else if (quote === '"' && (char === "$" || char === "`")) refuse(text, char);
      else word = (word ?? "") + char;
      continue;
    }
    if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (char === "\\" && index + 1 < text.length) {
      word = (word ?? "") + (text[++index] ?? "");
    } else if (operators.has(char)) refuse(text, char);
    else if (char === " " || char === "\t") {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + char;
  }
  if (quote !== "")
    throw new HarnessError("config_invalid", `The command ${show(text)} has an open quote. Close it.`);
  if (word !== null) words.push(word);
  if (words.length === 0 || words[0] === "")
    throw new HarnessError("config_invalid", "A command is empty. Name a program.");
  if (words.some((part) => part.includes("\0")))
    throw new HarnessError("config_invalid", "A command contains a NUL character.");
  return words;
}

function show(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

function refuse(text: string, operator: string): never {
  throw new HarnessError(
    "config_invalid",
    `The command ${show(text)} contains the shell operator ${JSON.stringify(operator)}. ` +
      `Harness runs programs without a shell: quote it, split the command, or put it into a script.`,
    { got: operator, hint: 'Commands may also be lists of words, such as ["cargo", "test"].' },
  );
}

/** A program and its arguments, as a list of words. */
export const argvWords = z
  .array(
    z
      .string()
      .max(4096)
      .refine((word) => !word.includes("\0"), "a word contains a NUL character"),
  )
  .min(1)
  .max(64)
  .refine((words) => words[0] !== "", "the program's name is empty");

/** A command as text or as a list of words; always a list of words afterwards. */
const command = z.union([z.string().min(1).max(8192), argvWords]).transform((value, context): string[] => {
  if (typeof value !== "string") return value;
  try {
    return parseCommand(value);
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});

/** Commands run one after another. */
export const commandList = z.array(command).max(20);

const namedCommand = z.strictObject({
  name: z.string().min(1).max(100),
  argv: command,
  timeout_secs: z.number().int().min(1).max(86_400).optional(),
});

/** Commands that prove work, each with a name; a plain command is named by its own words. `"none"` accepts unproven work. */
export const validationList = z.union([
  z.literal("none"),
  z
    .array(
      z.union([
        command.transform(
          (argv): z.infer<typeof namedCommand> => ({
            name: argv.join(" ").slice(0, 100),
            argv,
          }),
        ),
        namedCommand,
      ]),
    )
    .max(20),
]);
