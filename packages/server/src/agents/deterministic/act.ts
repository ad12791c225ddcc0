import { isHarnessError } from "@harness/protocol";
import { z } from "zod";
import { parseCommand } from "../../config/index.ts";
import { PathRefused } from "../api/workspace-files.ts";
import { CommandEnd, runConfined } from "../confined-command.ts";
import { bounded } from "../json-line.ts";
import { shellText } from "../shell-text.ts";
import { type Answer, type Desk, fenced, shown } from "./desk.ts";
import type { Intent } from "./intent.ts";

const MAX_SHOWN = 24_000;

/** How a command ended, and the sandbox it ran in, in words. */
const RanCommand = CommandEnd.extend({ mode: z.string().nullable() });

/** Runs a command a person gave or was shown: once leave is given, in the sandbox, without a shell. */
export async function runCommand(command: string, desk: Desk): Promise<Answer> {
  if (desk.turn.access === "read-only")
    return { text: `I may only read in this turn; I did not run \`${command}\`.` };
  const argv = wordsOf(command);
  if (typeof argv === "string") return { text: `I did not run \`${command}\`. ${argv}` };
  const refused = await desk.leave({
    kind: "run",
    tool: "run_command",
    command: shellText(argv),
    paths: [],
    summary: `run ${command}`,
    input: { argv },
  });
  if (refused !== undefined) return { text: `I did not run \`${command}\`: ${refused}`, commands: [command] };
  const item = { kind: "command", name: "run_command", command } as const;
  const end = await shown(desk, item, async (item_id) => {
    const onText = (text: string) => {
      desk.touch();
      desk.emit({ type: "output_delta", item_id, text });
    };
    const { turn_timeout_ms, command_timeout_ms } = desk.turn;
    const timeout_ms = Math.min(turn_timeout_ms, command_timeout_ms ?? turn_timeout_ms);
    const value = await desk.turn.effect(`run ${command}`, RanCommand, async () => ({
      ...(await runConfined(desk, { argv, timeout_ms, network: true, onText })),
      mode: desk.turn.sandbox_mode?.(true) ?? null,
    }));
    const output = bounded([value.mode, value.stdout, value.stderr].filter(Boolean).join("\n"));
    return { value, done: { output, exit_code: value.exit_code, failed: value.failed } };
  });
  desk.turn.signal.throwIfAborted();
  const output = [end.stdout, end.stderr].filter((text) => text.trim() !== "").join("\n");
  const printed = output === "" ? "It printed nothing." : fenced(bounded(output, MAX_SHOWN));
  return { text: `\`${command}\` ended with ${end.ended}.\n\n${printed}`, commands: [command] };
}

/** Makes, replaces or extends one file of the workspace, once leave is given. */
export async function writeFile(intent: Extract<Intent, { kind: "write" }>, desk: Desk): Promise<Answer> {
  const { how, path } = intent;
  if (desk.turn.access === "read-only")
    return { text: `I may only read in this turn; I did not touch ${path}.` };
  const verb = how === "append" ? "append to" : how === "create" ? "create" : "write";
  const input = { path, content: intent.content };
  const refused = await desk.leave({
    kind: "write",
    tool: `${how}_file`,
    paths: [path],
    summary: `${verb} ${path}`,
    input,
  });
  if (refused !== undefined) return { text: `I did not ${verb} ${path}: ${refused}` };
  const item = { kind: "file_change", name: `${how}_file`, path } as const;
  return shown(desk, item, async () => {
    const problem = await desk.turn.effect(`${how} ${path}`, z.string().nullable(), () =>
      written(intent, desk),
    );
    const did = how === "append" ? "appended to" : how === "create" ? "created" : "wrote";
    const value = { text: problem ?? `I ${did} ${path}.` };
    return { value, done: { output: value.text, failed: problem !== null } };
  });
}

/** Null when it is done, else why not. */
async function written(
  { how, path, content }: Extract<Intent, { kind: "write" }>,
  desk: Desk,
): Promise<string | null> {
  try {
    const before = await desk.files.read(path).catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    });
    if (how === "create" && before !== undefined)
      return `${path} exists already and was left as it is. Say \`write "…" to ${path}\` to replace it.`;
    const joint = before === undefined || before === "" || before.endsWith("\n") ? "" : "\n";
    await desk.files.write(path, how === "append" ? `${before ?? ""}${joint}${content}` : content);
    return null;
  } catch (error) {
    if (error instanceof PathRefused) return `I did not touch ${path}. ${error.message}`;
    if (error instanceof Error && "code" in error) return `${path} could not be written: ${error.message}`;
    throw error;
  }
}

/** A typed command as words, or why it is none: a pipe or a redirection would need a shell. */
function wordsOf(command: string): string[] | string {
  try {
    return parseCommand(command);
  } catch (error) {
    if (isHarnessError(error)) return error.message;
    throw error;
  }
}
