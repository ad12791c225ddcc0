import type { AgentTurn } from "../port.ts";

const WRITING_TOOLS = "Bash,Read,Edit,Write,NotebookEdit,Glob,Grep,TodoWrite";
const READING_TOOLS = "Bash,Read,Glob,Grep";

/**
 * Settings of Claude Code that have no flag. Attachments are off because Claude Code otherwise reads every
 * `@/path` of a prompt into the conversation without asking; background work is off because it outlives a turn.
 */
export const claudeVariables: Readonly<Record<string, string>> = {
  CLAUDE_CODE_DISABLE_ATTACHMENTS: "1",
  CLAUDE_CODE_DISABLE_FILE_MENTIONS: "1",
  CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
  CLAUDE_CODE_DISABLE_AUTO_MEMORY: "1",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  DISABLE_AUTOUPDATER: "1",
};

/** Variables of the server that are a login or name its endpoint, and may reach Claude Code. */
export const claudeLoginVariables = [
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_AUTH_TOKEN",
  "ANTHROPIC_BASE_URL",
  "ANTHROPIC_CUSTOM_HEADERS",
  "CLAUDE_CODE_OAUTH_TOKEN",
] as const;

/**
 * The arguments of one turn. Nothing of the prompt is among them. Only the settings of the private home count,
 * no MCP server of the repository starts, and every tool that is not plainly harmless is asked for on the stream.
 */
export function claudeArguments(
  turn: AgentTurn,
  session: { readonly session_id: string; readonly resumed: boolean },
): string[] {
  const args = ["-p", "--output-format", "stream-json", "--input-format", "stream-json", "--verbose"];
  args.push("--include-partial-messages", "--permission-prompt-tool", "stdio");
  args.push("--setting-sources", "user", "--strict-mcp-config", "--disable-slash-commands");
  args.push("--tools", turn.access === "read-only" ? READING_TOOLS : WRITING_TOOLS);
  args.push(
    "--settings",
    JSON.stringify({ permissions: { ask: ["Bash", "Edit", "Write", "NotebookEdit"] } }),
  );
  if (turn.model !== undefined) args.push("--model", turn.model);
  if (turn.max_turns !== undefined) args.push("--max-turns", String(turn.max_turns));
  if (turn.max_budget_usd !== undefined) args.push("--max-budget-usd", String(turn.max_budget_usd));
  if (turn.output_schema !== undefined) args.push("--json-schema", JSON.stringify(turn.output_schema));
  args.push(session.resumed ? "--resume" : "--session-id", session.session_id);
  return args;
}

/** The prompt as it is sent: a first character that Claude Code would take for a command of its own is led by a line. */
export function inertPrompt(prompt: string): string {
  return /^\s*[/!#]/.test(prompt) ? `The request:\n\n${prompt}` : prompt;
}
