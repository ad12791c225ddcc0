import { bounded } from "../../json-line.ts";
import type { AgentItem, Usage } from "../../port.ts";
import type { CodexItem, CodexUsage } from "./lines.ts";

/** Codex's item as ours; undefined for a type that is not known. A change of many files is many items. */
export function itemsOf(item: CodexItem): AgentItem[] | undefined {
  const { id } = item;
  const failed = item.status === "failed" || item.status === "declined" ? { failed: true } : {};
  switch (item.type) {
    case "agent_message":
      return [{ id, kind: "message", text: item.text ?? "" }];
    case "reasoning":
      return [{ id, kind: "reasoning", text: item.text ?? "" }];
    case "command_execution": {
      const output = bounded(item.aggregated_output ?? "");
      const { command = "", exit_code = null } = item;
      return [{ id, kind: "command", command, output, exit_code, ...failed }];
    }
    case "file_change":
      return (item.changes ?? []).map((change, index) => {
        return { id: `${id}:${index}`, kind: "file_change", path: change.path, ...failed };
      });
    case "todo_list": {
      const lines = (item.items ?? []).map((one) => `${one.completed === true ? "[x]" : "[ ]"} ${one.text}`);
      return [{ id, kind: "plan", text: lines.join("\n") }];
    }
    case "error":
      return [{ id, kind: "error", text: item.message ?? item.text ?? "" }];
    case "mcp_tool_call":
    case "web_search":
    case "collab_tool_call": {
      const name = [item.type, item.server, item.tool].filter((part) => part !== undefined).join(".");
      return [{ id, kind: "tool_call", name, input: item.arguments ?? item.query, ...failed }];
    }
    default:
      return undefined;
  }
}

/** Codex's token counts as ours. It does not say what they cost. */
export function usageOf(usage: CodexUsage): Usage {
  const { input_tokens, output_tokens, cached_input_tokens: cached_tokens = 0 } = usage;
  return {
    input_tokens,
    output_tokens,
    cached_tokens,
    total_tokens: input_tokens + output_tokens,
    cost_usd: null,
  };
}
