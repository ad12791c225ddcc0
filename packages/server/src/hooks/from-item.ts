import type { Item } from "@harness/protocol";
import { z } from "zod";
import type { HookMessage } from "./hook-message.ts";

/** What a helper is asked, as far as a hook is told of it. */
const HelperInput = z.looseObject({ subagent_type: z.string() });

/** Kinds of things an agent uses a tool for, and what the tool does. */
const TOOL_KINDS: Partial<Record<Item["kind"], string>> = {
  command: "run",
  file_change: "write",
  tool_call: "tool_call",
};

/** Claude Code's tool for handing work to a helper of its own: `Agent` since 2.1, `Task` before. */
const HELPERS: ReadonlySet<string> = new Set(["Agent", "Task"]);

type Told = Omit<HookMessage, "about">;

/** What hooks are told of something that is done: what a tool was used for, what came of it, and who has ended by it. */
export function fromItem(item: Item): readonly Told[] {
  const kind = TOOL_KINDS[item.kind];
  if (kind === undefined) return [];
  const failed = item.failed === true || (item.exit_code ?? 0) !== 0;
  const { output = "", exit_code = null } = item;
  const result = failed ? { error: output, exit_code } : { tool_response: { output, exit_code } };
  const fields = { tool_use_id: item.id, tool_input: inputOf(item), ...result };
  const tool = { name: item.name ?? item.kind, kind };
  const used = { event: failed ? "PostToolUseFailure" : "PostToolUse", tool, fields } as const;
  return item.kind === "tool_call" ? [used, ...helperEnded(item, tool.name)] : [used];
}

/** A helper of the agent's own has ended when the tool that began it has. OpenCode's is known by what it is given. */
function helperEnded({ id, input, output = "", failed = false }: Item, tool: string): readonly Told[] {
  const asked = HelperInput.safeParse(input);
  const agent_type = asked.success ? asked.data.subagent_type : null;
  if (agent_type === null && !HELPERS.has(tool)) return [];
  const told = { agent_type, tool_use_id: id, last_assistant_message: output, failed };
  return [{ event: "SubagentStop", fields: { ...told, stop_hook_active: false } }];
}

/** What a tool was given, in the words of Claude Code where the agent has none. */
function inputOf({ input, command, path }: Item): unknown {
  if (input !== undefined) return input;
  return {
    ...(command === undefined ? {} : { command }),
    ...(path === undefined ? {} : { file_path: path }),
  };
}
