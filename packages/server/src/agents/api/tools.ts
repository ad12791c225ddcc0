import { z } from "zod";
import { type CommandContext, runConfined } from "../confined-command.ts";
import { bounded } from "../json-line.ts";
import type { AgentAction, AgentItem, AgentTurn } from "../port.ts";
import { shellText } from "../shell-text.ts";
import { unlessAborted } from "../unless-aborted.ts";
import { ASK_PERSON, ASK_PERSON_DESCRIPTION, AskPerson, askPerson } from "./ask-person.ts";
import { argvOf, commandAction, RunCommand, runAsked } from "./run-command.ts";
import { PathRefused, type WorkspaceFiles } from "./workspace-files.ts";

const MAX_OUTPUT_CHARS = 32 * 1024;

/** What the tools of a turn work with. */
export interface ToolContext extends CommandContext {
  readonly files: Pick<WorkspaceFiles, "read" | "write" | "list" | "relative">;
  /** The model's id of the call. */
  readonly call_id?: string;
  /** How often a command may be run again when it fails. */
  readonly retries?: number;
  /** Told of a program's output as it comes. */
  readonly onText?: (text: string) => void;
}

/** What a tool answered, and how the call is shown. */
export const ToolAnswer = z.object({
  text: z.string(),
  failed: z.boolean().optional(),
  exit_code: z.number().nullable().optional(),
});
export type ToolAnswer = Readonly<z.infer<typeof ToolAnswer>>;

interface ApiTool<Input = never> {
  readonly description: string;
  readonly input: z.ZodType<Input>;
  /** True for tools that cannot change anything. */
  readonly reads: boolean;
  /** What has to be asked before; absent where the workspace's own confinement is enough. */
  action?(input: Input): AgentAction;
  item(input: Input): Omit<AgentItem, "id">;
  run(input: Input, context: ToolContext): Promise<ToolAnswer>;
}

/** A tool with its input checked: what the model gave is never trusted to have the right shape. */
export interface BoundTool {
  readonly description: string;
  readonly schema: z.ZodType;
  readonly reads: boolean;
  prepare(raw: unknown): PreparedCall | { readonly invalid: string };
}

export interface PreparedCall {
  readonly action: AgentAction | undefined;
  readonly item: Omit<AgentItem, "id">;
  run(context: ToolContext): Promise<ToolAnswer>;
}

function bind<Input>(tool: ApiTool<Input>): BoundTool {
  return {
    description: tool.description,
    schema: tool.input,
    reads: tool.reads,
    prepare: (raw) => {
      const parsed = tool.input.safeParse(raw);
      if (!parsed.success) return { invalid: z.prettifyError(parsed.error) };
      const input = parsed.data;
      return {
        action: tool.action?.(input),
        item: tool.item(input),
        run: (context) => tool.run(input, context).catch((error: unknown) => explain(error)),
      };
    },
  };
}

/** Errors of the file system and refusals are answers the model can act on. */
function explain(error: unknown): ToolAnswer {
  if (error instanceof PathRefused) return { text: error.message, failed: true };
  if (error instanceof Error && "code" in error) return { text: error.message, failed: true };
  throw error;
}

const file = z.string().min(1).max(4096).describe("Path relative to the repository's root");

const readTool = bind({
  description: "Read a text file of the repository.",
  input: z.strictObject({
    path: file,
    first_line: z.number().int().min(1).optional(),
    lines: z.number().int().min(1).optional(),
  }),
  reads: true,
  item: (input) => ({ kind: "tool_call", name: "read_file", path: input.path, input }),
  run: async ({ path, first_line = 1, lines = 2_000 }, { files }) => {
    const all = (await files.read(path)).split("\n");
    const shown = all.slice(first_line - 1, first_line - 1 + lines).join("\n");
    const rest = all.length - (first_line - 1 + lines);
    return { text: bounded(rest > 0 ? `${shown}\n(${rest} more lines)` : shown, MAX_OUTPUT_CHARS) };
  },
});

const listTool = bind({
  description: "List the files below a directory of the repository.",
  input: z.strictObject({ path: file.default(".") }),
  reads: true,
  item: (input) => ({ kind: "tool_call", name: "list_files", path: input.path, input }),
  run: async ({ path }, { files }) => {
    const found = await files.list(path);
    return { text: bounded(found.files.join("\n") + (found.cut ? "\n(more files)" : ""), MAX_OUTPUT_CHARS) };
  },
});

const searchTool = bind({
  description: "Search the repository's text files with an extended regular expression (grep -E).",
  input: z.strictObject({ pattern: z.string().min(1).max(1_000), path: file.default(".") }),
  reads: true,
  item: (input) => ({ kind: "tool_call", name: "search", path: input.path, input }),
  run: async ({ pattern, path }, context) => {
    const where = await context.files.relative(path);
    const options = ["-rnIE", "--exclude-dir=.git", "--exclude-dir=node_modules"];
    const found = await runCommand(["grep", ...options, "-e", pattern, "--", where], 30_000, context, false);
    return found.exit_code === 1 ? { text: "Nothing found." } : found;
  },
});

const writeTool = bind({
  description: "Create a file, or replace its whole content.",
  input: z.strictObject({ path: file, content: z.string().max(2 * 1024 * 1024) }),
  reads: false,
  action: (input) => writing("write_file", input.path, input),
  item: ({ path }) => ({ kind: "file_change", name: "write_file", path }),
  run: async ({ path, content }, { files }) => {
    await files.write(path, content);
    return { text: `Wrote ${path}.` };
  },
});

const editTool = bind({
  description: "Replace one passage of a file. The old text must occur exactly once.",
  input: z.strictObject({ path: file, old_text: z.string().min(1), new_text: z.string() }),
  reads: false,
  action: (input) => writing("edit_file", input.path, input),
  item: ({ path }) => ({ kind: "file_change", name: "edit_file", path }),
  run: async ({ path, old_text, new_text }, { files }) => {
    const before = await files.read(path);
    const count = before.split(old_text).length - 1;
    if (count !== 1)
      return { text: `The old text occurs ${count} times in ${path}, not once.`, failed: true };
    await files.write(
      path,
      before.replace(old_text, () => new_text),
    );
    return { text: `Changed ${path}.` };
  },
});

const runTool = bind({
  description: "Run a program in the repository's root, without a shell. Give each argument on its own.",
  input: RunCommand,
  reads: false,
  action: commandAction,
  item: (input) => ({ kind: "command", name: "run_command", command: shellText(argvOf(input)) }),
  run: (input, context) => runAsked(input, context, runCommand),
});

const askTool = bind({
  description: ASK_PERSON_DESCRIPTION,
  input: AskPerson,
  reads: true,
  item: (input) => ({ kind: "tool_call", name: ASK_PERSON, text: input.question, input }),
  run: async (input, { turn, call_id = ASK_PERSON }) =>
    turn.ask === undefined
      ? { text: "Nobody can be asked in this turn.", failed: true }
      : { text: await unlessAborted(askPerson(turn.ask, call_id, input), turn.signal) },
});

/** The tools a turn offers: with read-only access only those that cannot change anything; a person only where one is. */
export function toolsFor({
  access,
  ask,
}: Pick<AgentTurn, "access" | "ask">): Readonly<Record<string, BoundTool>> {
  const all = {
    ...(ask ? { [ASK_PERSON]: askTool } : {}),
    read_file: readTool,
    list_files: listTool,
    search: searchTool,
    write_file: writeTool,
    edit_file: editTool,
    run_command: runTool,
  };
  return Object.fromEntries(
    Object.entries(all).filter(([, tool]) => access === "workspace-write" || tool.reads),
  );
}

function writing(tool: string, path: string, input: unknown): AgentAction {
  return { kind: "write", tool, paths: [path], summary: `write ${path}`, input };
}

async function runCommand(
  argv: readonly string[],
  timeout_ms: number,
  context: ToolContext,
  network: boolean,
): Promise<ToolAnswer> {
  const { onText } = context;
  const end = await runConfined(context, { argv, timeout_ms, network, ...(onText ? { onText } : {}) });
  const output = [end.stdout, end.stderr].filter((text) => text !== "").join("\n");
  const text = `${bounded(output, MAX_OUTPUT_CHARS)}\n(${end.ended})`.trim();
  return { text, exit_code: end.exit_code, ...(end.failed ? { failed: true } : {}) };
}
