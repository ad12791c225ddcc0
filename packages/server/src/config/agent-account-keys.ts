import { key } from "./key.ts";
import { pattern } from "./value-type.ts";

const accountName = pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "the name of an account");
const shared =
  "agents that name the same account share it: it is parked, tried again and limited for all of them. Unset means one of its own, called as the agent.";

/** Which login an agent uses, where agents share one. `[agents.command.NAME]` and its like have it in their tables. */
export const agentAccountKeys = {
  "agents.claude.account": key(accountName, null, `Account of the Claude Code login; ${shared}`),
  "agents.codex.account": key(accountName, null, `Account of the Codex login; ${shared}`),
  "agents.anthropic_api.account": key(accountName, null, `Account of its key; ${shared}`),
  "agents.openai_api.account": key(accountName, null, `Account of its key; ${shared}`),
  "agents.ollama.account": key(accountName, null, `Account of this endpoint; ${shared}`),
} as const;
