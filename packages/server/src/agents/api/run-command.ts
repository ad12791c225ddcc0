import { isHarnessError } from "@harness/protocol";
import { z } from "zod";
import { parseCommand } from "../../config/index.ts";
import type { AgentAction } from "../port.ts";
import { shellText } from "../shell-text.ts";
import type { ToolAnswer, ToolContext } from "./tools.ts";

const DEFAULT_COMMAND_MS = 120_000;
const MOST_COMMAND_MS = 600_000;

const paths = z.array(z.string().max(4096)).max(100);

/** What a model gives the tool that runs programs: seed 2's payload, the program as words or as one line of them. */
export const RunCommand = z
  .strictObject({
    argv: z.array(z.string().max(100_000)).min(1).max(1_000).optional(),
    command: z
      .string()
      .min(1)
      .max(100_000)
      .refine(isWords, "has what only a shell understands; give argv, or a script")
      .optional()
      .describe("The same as one line, without pipes and other operators"),
    timeout_ms: z.number().int().min(1).max(MOST_COMMAND_MS).optional(),
    declared_read_paths: paths.optional().describe("What it reads"),
    declared_write_paths: paths.optional().describe("What it writes"),
    requires_network: z.boolean().optional().describe("False runs it without a network"),
    retry_policy: z
      .enum(["never", "safe"])
      .optional()
      .describe("safe: running it again after a failure does no harm"),
  })
  .refine((input) => (input.argv === undefined) !== (input.command === undefined), {
    message: "Give argv or command, and not both.",
  });
export type RunCommand = z.infer<typeof RunCommand>;

/** The words to run. */
export function argvOf({ argv, command }: RunCommand): readonly string[] {
  return argv ?? parseCommand(command ?? "");
}

/** What is asked before: the command as a shell would be given it, and what the model says of it itself. */
export function commandAction(input: RunCommand): AgentAction {
  const command = shellText(argvOf(input));
  const declared = {
    write_paths: input.declared_write_paths ?? [],
    network: input.requires_network ?? false,
    retry: input.retry_policy ?? "never",
  };
  return { kind: "run", tool: "run_command", command, paths: [], declared, summary: `run ${command}`, input };
}

/** Runs it, again as often as was allowed while it fails; the answer begins with how it was confined. */
export async function runAsked(
  input: RunCommand,
  context: ToolContext,
  run: (
    argv: readonly string[],
    timeout_ms: number,
    context: ToolContext,
    network: boolean,
  ) => Promise<ToolAnswer>,
): Promise<ToolAnswer> {
  const { turn, retries = 0 } = context;
  const most = turn.command_timeout_ms ?? MOST_COMMAND_MS;
  const timeout_ms = Math.min(input.timeout_ms ?? DEFAULT_COMMAND_MS, most);
  const network = input.requires_network ?? true;
  let answer = await run(argvOf(input), timeout_ms, context, network);
  let tries = 1;
  for (; answer.failed === true && tries <= retries && !turn.signal.aborted; tries += 1)
    answer = await run(argvOf(input), timeout_ms, context, network);
  const lines = [
    ...(turn.sandbox_mode === undefined ? [] : [turn.sandbox_mode(network)]),
    ...(tries > 1 ? [`(run ${tries} times)`] : []),
    answer.text,
  ];
  return { ...answer, text: lines.join("\n") };
}

function isWords(command: string): boolean {
  try {
    return parseCommand(command).length > 0;
  } catch (error) {
    if (isHarnessError(error)) return false;
    throw error;
  }
}
