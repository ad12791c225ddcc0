import { Item, Thread, ThreadId, Turn } from "@harness/protocol";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { z } from "zod";
import { type FollowDeps, follow } from "./follow.ts";
import { parseGiven } from "./parse-given.ts";
import type { Read } from "./resources.ts";
import { inputSchema, outputSchema } from "./tool-schemas.ts";

const Begin = z.strictObject({
  prompt: z.string().min(1).max(262_144).meta({ description: "What to say to the agent" }),
  project_root: z
    .string()
    .max(4096)
    .optional()
    .meta({ description: "Root of a registered project; the default project unless told" }),
  agent: z.string().min(1).max(100).optional().meta({ description: "auto unless told" }),
});

const GoOn = z.strictObject({
  thread_id: ThreadId.meta({ description: "As harness answered it" }),
  prompt: z.string().min(1).max(262_144).meta({ description: "What to say next" }),
});

const Said = z.object({
  thread_id: z.string(),
  turn_id: z.string(),
  status: z
    .string()
    .meta({ description: "completed, or why there is no answer: waiting, failed, cancelled, running" }),
  output: z.string().meta({ description: "What the agent said last" }),
  agent: z.string(),
  project_root: z.string(),
});

const talks = {
  outputSchema: outputSchema(Said),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
} as const;

/** Seed 1's two tools: a conversation with an agent, from a host that needs no more. */
export const conversationTools = [
  {
    name: "harness",
    title: "Talk to an agent",
    description:
      "Give an agent a prompt in a workspace of its own and answer what it said; go on with harness-reply. For work that should be validated, reviewed and published as a branch use task_create.",
    inputSchema: inputSchema(Begin),
    ...talks,
  },
  {
    name: "harness-reply",
    title: "Go on with a conversation",
    description: "Say something more in a conversation that harness began, and answer what the agent said.",
    inputSchema: inputSchema(GoOn),
    ...talks,
  },
] as const;

const Talk = z.object({ thread: Thread });
const Started = z.object({ turn_id: z.string() });
const TurnNow = Turn.extend({ items: z.array(Item) });
const Roots = z.object({ data: z.array(z.object({ id: z.string(), root: z.string() })) });

/** Runs one of the two; undefined for any other tool. When the host gives up waiting the turn goes on. */
export function conversationCall(
  name: string,
  deps: FollowDeps,
  read: Read,
): ((given: Record<string, unknown>) => Promise<CallToolResult>) | undefined {
  if (name === "harness")
    return async (given) => {
      const { prompt, project_root, agent } = parseGiven(Begin, given);
      const where = project_root === undefined ? {} : { cwd: project_root };
      const { thread } = Talk.parse(
        await read("thread/start", { ...where, ...(agent === undefined ? {} : { agent }) }),
      );
      return say(thread, prompt, deps, read);
    };
  if (name === "harness-reply")
    return async (given) => {
      const { thread_id, prompt } = parseGiven(GoOn, given);
      return say(Thread.parse(await read("thread/get", { thread_id })), prompt, deps, read);
    };
  return undefined;
}

async function say(thread: Thread, input: string, deps: FollowDeps, read: Read): Promise<CallToolResult> {
  const { turn_id } = Started.parse(await read("turn/start", { thread_id: thread.id, input }));
  const turn = await follow(deps, {
    filter: { thread_id: thread.id },
    look: async () => TurnNow.parse(await read("turn/status", { turn_id })),
    settled: ({ status }) => status !== "running",
    mayEnd: ({ type }) => type === "turn.ended" || type === "turn.waiting",
  });
  const { data } = Roots.parse(await read("project/list", {}));
  const output = turn.items.findLast(({ kind, role }) => kind === "message" && role !== "user")?.text ?? "";
  const value: z.infer<typeof Said> = {
    thread_id: thread.id,
    turn_id,
    status: turn.status,
    output: output || (turn.failure?.message ?? ""),
    agent: thread.agent,
    project_root: data.find(({ id }) => id === thread.project_id)?.root ?? "",
  };
  return {
    content: [{ type: "text", text: `thread_id: ${thread.id}\n\n${value.output || turn.status}` }],
    structuredContent: value,
    ...(turn.status === "failed" ? { isError: true } : {}),
  };
}
