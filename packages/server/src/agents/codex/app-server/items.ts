import { z } from "zod";
import { bounded } from "../../json-line.ts";
import type { AgentItem } from "../../port.ts";
import type { ThreadItem } from "./messages.ts";

/** One file of a patch, as Codex names it. */
export const FileChange = z.looseObject({
  path: z.string(),
  kind: z.looseObject({ type: z.string(), move_path: z.string().nullish() }).optional(),
  diff: z.string().optional(),
});
export const FileChangeItem = z.looseObject({ changes: z.array(FileChange) });

type Told = Omit<AgentItem, "id">;
type Reader = (item: ThreadItem) => Told[] | undefined;

/** Reads one type of item; undefined for one that does not have the shape of its type. */
function reads<T>(schema: z.ZodType<T>, tell: (item: T) => Told[]): Reader {
  return (item) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? tell(parsed.data) : undefined;
  };
}

const Text = z.looseObject({ text: z.string() });
const Command = z.looseObject({
  command: z.string(),
  aggregatedOutput: z.string().nullish(),
  exitCode: z.number().nullish(),
});
const McpCall = z.looseObject({
  server: z.string(),
  tool: z.string(),
  arguments: z.unknown(),
  result: z.looseObject({ content: z.array(z.looseObject({ text: z.string().optional() })) }).nullish(),
  error: z.looseObject({ message: z.string() }).nullish(),
});
const ToolCall = z.looseObject({ tool: z.string(), arguments: z.unknown().optional() });

/** What is told of the items Codex 0.169 knows. */
const readers: Readonly<Record<string, Reader>> = {
  // What was said to the agent is known where it was said.
  userMessage: () => [],
  agentMessage: reads(Text, ({ text }) => [{ kind: "message", text }]),
  plan: reads(Text, ({ text }) => [{ kind: "plan", text: bounded(text) }]),
  reasoning: reads(
    z.looseObject({ summary: z.array(z.string()), content: z.array(z.string()).optional() }),
    ({ summary, content = [] }) => [
      { kind: "reasoning", text: bounded((summary.length > 0 ? summary : content).join("\n")) },
    ],
  ),
  commandExecution: reads(Command, ({ command, aggregatedOutput, exitCode }) => [
    { kind: "command", command, output: bounded(aggregatedOutput ?? ""), exit_code: exitCode ?? null },
  ]),
  fileChange: reads(FileChangeItem, ({ changes }) =>
    changes.map(({ path, kind }) => ({ kind: "file_change", path, name: kind?.type ?? "update" })),
  ),
  mcpToolCall: reads(McpCall, ({ server, tool, arguments: input, result, error }) => {
    const said = error?.message ?? result?.content.map(({ text }) => text ?? "").join("\n");
    return [{ kind: "tool_call", name: `${server}.${tool}`, input, ...output(said) }];
  }),
  dynamicToolCall: reads(ToolCall, ({ tool, arguments: input }) => [
    { kind: "tool_call", name: tool, input },
  ]),
  collabAgentToolCall: reads(
    z.looseObject({ tool: z.string(), prompt: z.string().nullish() }),
    ({ tool, prompt }) => [{ kind: "tool_call", name: tool, input: { prompt: prompt ?? null } }],
  ),
  webSearch: reads(z.looseObject({ query: z.string() }), ({ query }) => [
    { kind: "tool_call", name: "web_search", input: { query } },
  ]),
  imageView: reads(z.looseObject({ path: z.string() }), ({ path }) => [
    { kind: "tool_call", name: "view_image", path },
  ]),
};

/**
 * An item of the app-server as ours; a patch of many files is many items. Undefined for an item of a type that is not
 * known, or that has not the shape of its type.
 */
export function itemsOf(item: ThreadItem): AgentItem[] | undefined {
  const { id, type } = item;
  const told = Object.hasOwn(readers, type) ? readers[type]?.(item) : undefined;
  const failed = item["status"] === "failed" || item["status"] === "declined" ? { failed: true } : {};
  const single = type !== "fileChange";
  return told?.map((one, index) => ({ id: single ? id : `${id}:${index}`, ...one, ...failed }));
}

function output(said: string | undefined): Pick<AgentItem, "output"> {
  return said === undefined ? {} : { output: bounded(said) };
}
