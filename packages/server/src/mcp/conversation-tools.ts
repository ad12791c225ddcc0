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
  execution: { taskSupport: "optional" },
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
type TurnNow = z.infer<typeof TurnNow>;
const Roots = z.object({ data: z.array(z.object({ id: z.string(), root: z.string() })) });

/** Begins what one of the two does and answers the turn; undefined for any other tool. */
export function conversationCall(
  name: string,
  read: Read,
): ((given: Record<string, unknown>) => Promise<string>) | undefined {
  if (name === "harness")
    return async (given) => {
      const { prompt, project_root, agent } = parseGiven(Begin, given);
      const where = project_root === undefined ? {} : { cwd: project_root };
      const wanted = { ...where, ...(agent === undefined ? {} : { agent }) };
      const { thread } = Talk.parse(await read("thread/start", wanted));
      return say(thread.id, prompt, read);
    };
  if (name === "harness-reply")
    return async (given) => {
      const { thread_id, prompt } = parseGiven(GoOn, given);
      return say(thread_id, prompt, read);
    };
  return undefined;
}

async function say(thread_id: string, input: string, read: Read): Promise<string> {
  return Started.parse(await read("turn/start", { thread_id, input })).turn_id;
}

/** Follows a turn while it is in one of these states. When the host gives up waiting the turn goes on. */
export async function followTurn(
  read: Read,
  turn_id: string,
  deps: FollowDeps,
  unsettled: readonly Turn["status"][] = ["running"],
): Promise<CallToolResult> {
  const look = async () => TurnNow.parse(await read("turn/status", { turn_id }));
  const { thread_id } = await look();
  const turn = await follow(deps, {
    filter: { thread_id },
    look,
    settled: ({ status }) => !unsettled.includes(status),
    mayEnd: ({ type }) => type === "turn.ended" || type === "turn.waiting",
  });
  return turnResult(read, turn);
}

/** What the two tools answer of a turn. */
export async function turnResult(read: Read, turn: TurnNow): Promise<CallToolResult> {
  const { id: turn_id, thread_id, status } = turn;
  const [thread, { data }] = await Promise.all([
    read("thread/get", { thread_id }).then((value) => Thread.parse(value)),
    read("project/list", {}).then((value) => Roots.parse(value)),
  ]);
  const said = turn.items.findLast(({ kind, role }) => kind === "message" && role !== "user")?.text;
  const output = said || (turn.failure?.message ?? "");
  const project_root = data.find(({ id }) => id === thread.project_id)?.root ?? "";
  const value: z.infer<typeof Said> = {
    thread_id,
    turn_id,
    status,
    output,
    agent: thread.agent,
    project_root,
  };
  return {
    content: [{ type: "text", text: `thread_id: ${thread_id}\n\n${output || status}` }],
    structuredContent: value,
    ...(status === "failed" ? { isError: true } : {}),
  };
}
