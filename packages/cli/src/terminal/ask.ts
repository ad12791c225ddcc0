import { createInterface } from "node:readline/promises";
import type { Context, Typed } from "../command.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import type { OptionForm } from "../options.ts";

/**
 * Asks a yes-or-no question. Only the word y or yes agrees. Where nobody can answer, it fails with the command
 * that says yes beforehand.
 */
export async function confirm(context: Context, question: string, instead: string): Promise<boolean> {
  const { stdin, stderr } = context.surroundings;
  if (stdin.isTTY !== true || stderr.isTTY !== true)
    throw new CommandFailure("confirmation_needed", "This needs a yes, and there is no terminal to ask on.", {
      exitCode: exitCodes.usage,
      hint: `Run: ${instead}`,
    });
  const lines = createInterface({ input: stdin, terminal: false });
  try {
    const answered = Promise.race([
      lines.question(""),
      new Promise<string>((resolve) => lines.once("close", () => resolve(""))),
    ]);
    stderr.write(`${question} [y/N] `);
    const answer = await answered;
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

/** Asks unless the option `--yes` was given, and fails without a yes. */
export async function agree(
  context: Context,
  extras: Typed["extras"],
  question: string,
  instead: string,
): Promise<void> {
  if (extras["yes"] === true || (await confirm(context, question, instead))) return;
  throw new CommandFailure("declined", "Nothing was changed.", { exitCode: exitCodes.usage });
}

/** The option that agrees beforehand. */
export const yesOption: OptionForm = { flags: "--yes", doc: "Do not ask", path: "yes" };

/** Everything that is written to standard input, as text. */
export async function readAll(input: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
