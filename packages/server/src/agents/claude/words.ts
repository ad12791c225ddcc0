import { bounded } from "../json-line.ts";
import type { AgentAction, AgentItem, Usage } from "../port.ts";
import type { ClaudeBlock, ClaudeRequest, ClaudeUsage } from "./lines.ts";

const FILE_TOOLS = new Set(["Write", "Edit", "MultiEdit", "NotebookEdit"]);
const READ_TOOLS = new Set(["Read", "Glob", "Grep", "LS", "NotebookRead"]);
/** Devices that every command may name. */
const HARMLESS = new Set([
  "/dev/null",
  "/dev/zero",
  "/dev/random",
  "/dev/urandom",
  "/dev/stdout",
  "/dev/stderr",
]);
const PATH_FIELDS = ["file_path", "notebook_path", "path"] as const;

/** How the state of a thing to do is written. */
const TODO_MARKS: Readonly<Record<string, string>> = { completed: "[x]", in_progress: "[>]" };

/** The item a `tool_use` block starts. */
export function itemOfToolUse(block: ClaudeBlock, id: string): AgentItem {
  const name = block.name ?? "";
  const input = recordOf(block.input);
  if (name === "Bash") return { id, kind: "command", name, command: text(input["command"]) ?? "" };
  if (FILE_TOOLS.has(name)) return { id, kind: "file_change", name, path: pathsOf(input)[0] ?? "" };
  if (name === "TodoWrite" || name === "ExitPlanMode")
    return { id, kind: "plan", name, text: planText(input) };
  return { id, kind: "tool_call", name, input: block.input };
}

/** The same item once its `tool_result` came. */
export function completedItem(started: AgentItem, block: ClaudeBlock): AgentItem {
  const output = bounded(resultText(block.content));
  const failed = block.is_error === true;
  const done = { ...started, output, ...(failed ? { failed } : {}) };
  if (started.kind !== "command") return done;
  const code = /^Exit code (\d+)/.exec(output)?.[1];
  return { ...done, exit_code: code !== undefined ? Number(code) : failed ? null : 0 };
}

/** What a permission request asks for, in the words every agent shares. */
export function actionOf(request: ClaudeRequest): AgentAction {
  const tool = request.tool_name ?? "unknown";
  const input = request.input ?? {};
  const blocked =
    request.blocked_path === undefined || HARMLESS.has(request.blocked_path) ? [] : [request.blocked_path];
  const paths = [...new Set([...pathsOf(input), ...blocked])];
  const command = text(input["command"]);
  if (tool === "Bash") return { kind: "run", tool, command, paths, summary: `run ${command ?? ""}`, input };
  if (FILE_TOOLS.has(tool))
    return { kind: "write", tool, paths, summary: `write ${paths.join(", ")}`, input };
  if (READ_TOOLS.has(tool)) return { kind: "read", tool, paths, summary: `read ${paths.join(", ")}`, input };
  if (tool === "WebFetch" || tool === "WebSearch") {
    const target = text(input["url"]) ?? text(input["query"]) ?? "";
    return { kind: "network", tool, paths, summary: `${tool} ${target}`, input };
  }
  return { kind: "tool_call", tool, paths, summary: request.description ?? tool, input };
}

/** Claude Code's token counts as ours: input includes what came from the cache or went into it. */
export function usageOf(usage: ClaudeUsage, cost_usd: number | null): Usage {
  const cached_tokens = usage.cache_read_input_tokens ?? 0;
  const input_tokens = (usage.input_tokens ?? 0) + cached_tokens + (usage.cache_creation_input_tokens ?? 0);
  const output_tokens = usage.output_tokens ?? 0;
  return { input_tokens, output_tokens, cached_tokens, total_tokens: input_tokens + output_tokens, cost_usd };
}

/** The sum of two usages; a cost that is not known makes the sum's unknown. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    cached_tokens: a.cached_tokens + b.cached_tokens,
    total_tokens: a.total_tokens + b.total_tokens,
    cost_usd: a.cost_usd === null || b.cost_usd === null ? null : a.cost_usd + b.cost_usd,
  };
}

function pathsOf(input: Readonly<Record<string, unknown>>): string[] {
  return PATH_FIELDS.flatMap((field) => text(input[field]) ?? []);
}

function planText(input: Readonly<Record<string, unknown>>): string {
  const plan = text(input["plan"]);
  if (plan !== undefined) return plan;
  const todos = Array.isArray(input["todos"]) ? input["todos"] : [];
  return todos
    .map((todo) => recordOf(todo))
    .map((todo) => `${TODO_MARKS[text(todo["status"]) ?? ""] ?? "[ ]"} ${text(todo["content"]) ?? ""}`)
    .join("\n");
}

function resultText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => text(recordOf(part)["text"]) ?? "").join("\n");
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
