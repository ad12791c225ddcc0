const MAX_QUOTED = 300;

/** What can be asked without a model, as an assistant says it. */
export const ABILITIES = `Without a model I can:

- show the state of the repository: \`git status\`, \`git diff\`, \`git log\`, \`what branch am I on\`, \`what repo is this\`
- show files: \`show README\`, \`read src/a.ts lines 3-9\`, \`list src\`
- find code: \`where is X defined\`, \`where is X used\`, \`what calls X\`
- run one program in the sandbox: \`run npm test\`, or \`run that\` for a command that was just shown
- make simple files: \`create file notes.md with "…"\`, \`append "…" to notes.md\`, \`write "…" to notes.md\``;

/** The reply to words that need a model. */
export function notUnderstood(words: string): string {
  const text = words.replaceAll("`", "'");
  const quoted = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)} …` : text;
  const what =
    quoted === ""
      ? "I was asked nothing."
      : `I answer without a model and do not understand:\n\n> ${quoted.replaceAll("\n", "\n> ")}`;
  return `${what}\n\n${ABILITIES}`;
}

/** The reply to a round that has to answer findings or failed checks. */
export const NEEDS_A_MODEL = `The work so far did not pass its checks or its review. To answer that I would have to understand it, and I answer without a model; give the task to an agent with one.\n\n${ABILITIES}`;

/** The reply to "run that" when nothing was shown. */
export const NOTHING_SHOWN =
  "I know of no command that was shown before in this conversation. Say which: `run npm test`.";

/** The reply when "that" may be one of several commands. */
export function severalShown(commands: readonly string[]): string {
  const list = commands.map((command) => `- \`${command.replaceAll("`", "'")}\``).join("\n");
  return `Several commands were shown. Say which one to run:\n\n${list}`;
}
