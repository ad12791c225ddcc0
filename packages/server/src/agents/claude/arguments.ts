import type { AgentTurn } from "../port.ts";
import { QUESTION_TOOL } from "./questions.ts";

const WRITING_TOOLS = "Bash,Read,Edit,Write,NotebookEdit,Glob,Grep,TodoWrite";
const READING_TOOLS = "Bash,Read,Glob,Grep";

/**
 * Settings of Claude Code that have no flag. Attachments are off because Claude Code otherwise reads every
 * `@/path` of a prompt into the conversation without asking; background work is off because it outlives a turn. The
 * list of things to do is kept with one tool that tells all of it, not with four that each tell a part.
 */
export const claudeVariables: Readonly<Record<string, string>> = {
  CLAUDE_CODE_DISABLE_ATTACHMENTS: "1",
  CLAUDE_CODE_DISABLE_FILE_MENTIONS: "1",
  CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
  CLAUDE_CODE_DISABLE_AUTO_MEMORY: "1",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  CLAUDE_CODE_ENABLE_TODO_TOOLS: "1",
  CLAUDE_CODE_ENABLE_TASKS: "0",
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

/** The conversation of a turn: a new one, one that goes on, or a new one that begins as a copy of another. */
export interface ClaudeSession {
  readonly session_id: string;
  readonly resumed: boolean;
  /** Which conversation this one is a copy of. */
  readonly forked_from?: string;
}

/**
 * The arguments of one turn. Nothing of the prompt is among them. Only the settings of the private home count,
 * no MCP server of the repository starts, and every tool that is not plainly harmless is asked for on the stream.
 */
export function claudeArguments(turn: AgentTurn, session: ClaudeSession): string[] {
  const args = ["-p", "--output-format", "stream-json", "--input-format", "stream-json", "--verbose"];
  args.push("--include-partial-messages", "--permission-prompt-tool", "stdio");
  args.push("--setting-sources", "user", "--strict-mcp-config", "--disable-slash-commands");
  const tools = turn.access === "read-only" ? READING_TOOLS : WRITING_TOOLS;
  args.push("--tools", turn.ask === undefined ? tools : `${tools},${QUESTION_TOOL}`);
  args.push(
    "--settings",
    JSON.stringify({ permissions: { ask: ["Bash", "Edit", "Write", "NotebookEdit"] } }),
  );
  // In one word with its option: a name that looks like another option stays a name.
  if (turn.model !== undefined) args.push(`--model=${turn.model}`);
  if (turn.max_turns !== undefined) args.push("--max-turns", String(turn.max_turns));
  if (turn.max_budget_usd !== undefined) args.push("--max-budget-usd", String(turn.max_budget_usd));
  if (turn.output_schema !== undefined) args.push("--json-schema", JSON.stringify(turn.output_schema));
  const { session_id, resumed, forked_from } = session;
  if (forked_from !== undefined) args.push("--resume", forked_from, "--fork-session");
  args.push(resumed && forked_from === undefined ? "--resume" : "--session-id", session_id);
  return args;
}

/** The prompt as it is sent: a first character that Claude Code would take for a command of its own is led by a line. */
export function inertPrompt(prompt: string): string {
  return /^\s*[/!#]/.test(prompt) ? `The request:\n\n${prompt}` : prompt;
}
