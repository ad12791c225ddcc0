import { bounded } from "../json-line.ts";
import type { AgentAction, AgentItem, Usage } from "../port.ts";
import { shellText } from "../shell-text.ts";
import type { PromptAnswer, ToolReport } from "./lines.ts";

const MAX_SUMMARY_CHARS = 300;

/** How a terminal of ours ended, for the tool call that ran in it. */
export interface TerminalEnd {
  readonly output: string;
  readonly exit_code: number | null;
}

/** A tool call of ACP as ours: by its kind a command, a change of files, or another tool. Never empty. */
export function itemsOf(
  report: ToolReport,
  terminal: (id: string) => TerminalEnd | undefined,
): readonly [AgentItem, ...AgentItem[]] {
  const { toolCallId: id, kind, title } = report;
  const ended = (report.content ?? []).map((one) => terminal(one.terminalId ?? "")).find(Boolean);
  const output = bounded(ended?.output ?? outputOf(report));
  const state = {
    ...(output === "" ? {} : { output }),
    ...(report.status === "failed" ? { failed: true } : {}),
  };
  const name = report.name ?? kind ?? "other";
  const paths = pathsOf(report);
  if (kind === "execute") {
    const exit_code = ended?.exit_code ?? exitCodeOf(report.rawOutput);
    return [{ id, kind: "command", name, command: commandOf(report), exit_code, ...state }];
  }
  if (isChange(kind)) {
    const [first, ...more] = paths;
    const change = { kind: "file_change", name, ...state } as const;
    return [
      { id, ...change, ...(first === undefined ? { text: title ?? "" } : { path: first }) },
      ...more.map((path, index) => ({ id: `${id}:${index + 1}`, ...change, path })),
    ];
  }
  const [path] = paths;
  const where = path === undefined ? {} : { path };
  return [{ id, kind: "tool_call", name, text: title ?? "", input: report.rawInput, ...where, ...state }];
}

/** What a permission request asks leave for. */
export function actionOf(report: ToolReport): AgentAction {
  const { kind, title } = report;
  const tool = report.name ?? kind ?? "other";
  const paths = pathsOf(report);
  const input = report.rawInput ?? report.content ?? null;
  const said = (title ?? tool).slice(0, MAX_SUMMARY_CHARS);
  if (kind === "execute") {
    const command = commandOf(report);
    const summary = `run ${command}`.slice(0, MAX_SUMMARY_CHARS);
    return { kind: "run", tool, command, paths, summary, input };
  }
  if (isChange(kind)) {
    const summary = `${kind} ${paths.join(", ") || said}`.slice(0, MAX_SUMMARY_CHARS);
    return { kind: "write", tool, paths, summary, input };
  }
  if (kind === "read" || kind === "search")
    return { kind: "read", tool, paths, summary: `${kind} ${said}`, input };
  return { kind: kind === "fetch" ? "network" : "tool_call", tool, paths, summary: said, input };
}

/** The use a turn's answer tells; null when it tells none. It never says what it cost. */
export function usageOf(answer: PromptAnswer): Usage | null {
  const { usage } = answer;
  const own = answer._meta?.quota?.token_count;
  const input_tokens = usage?.inputTokens ?? own?.input_tokens;
  const output_tokens = usage?.outputTokens ?? own?.output_tokens;
  if (input_tokens === undefined || output_tokens === undefined) return null;
  const cached_tokens = usage?.cachedReadTokens ?? 0;
  const total_tokens = usage?.totalTokens ?? input_tokens + output_tokens;
  return { input_tokens, output_tokens, cached_tokens, total_tokens, cost_usd: null };
}

/** The command of an execution: what the agent gives its tool, else the title it shows. */
export function commandOf(report: ToolReport): string {
  const command = fieldOf(report.rawInput, "command");
  if (Array.isArray(command)) return shellText(command.map(String));
  return typeof command === "string" ? command : (report.title ?? "");
}

function pathsOf(report: ToolReport): string[] {
  const changed = (report.content ?? []).flatMap(({ type, path }) =>
    type === "diff" && path !== undefined ? [path] : [],
  );
  const located = report.kind === "execute" ? [] : (report.locations ?? []).map(({ path }) => path);
  return [...new Set(changed.length > 0 ? changed : located)];
}

function isChange(kind: string | null | undefined): kind is "edit" | "delete" | "move" {
  return kind === "edit" || kind === "delete" || kind === "move";
}

function outputOf(report: ToolReport): string {
  const texts = (report.content ?? []).flatMap(({ content }) => content?.text ?? []);
  if (texts.length > 0) return texts.join("\n");
  const raw = report.rawOutput;
  const output = typeof raw === "string" ? raw : fieldOf(raw, "output");
  return typeof output === "string" ? output : "";
}

function exitCodeOf(raw: unknown): number | null {
  const found =
    fieldOf(raw, "exit_code") ?? fieldOf(raw, "exitCode") ?? fieldOf(fieldOf(raw, "metadata"), "exit");
  return typeof found === "number" ? found : null;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
