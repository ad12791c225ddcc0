import type { Agent } from "./port.ts";

/** What a person does so that an agent's account works again after its login was refused, command by command. */
export function loginAdvice(agent: Pick<Agent, "name" | "kind">): string {
  const { name, kind } = agent;
  const then = `then: harness agent resume ${name}`;
  switch (kind) {
    case "claude":
      return `Log in with \`claude /login\` (or set ANTHROPIC_API_KEY to a working key and restart), ${then}`;
    case "codex":
      return `Log in with \`codex login\`, ${then}`;
    case "api":
      return `Set agents.${name}.api_key to a working key and restart, ${then}`;
    case "acp":
      return `Log in the program of [agents.acp.${name}], ${then}`;
    case "deterministic":
    case "scripted":
      return `It needs no login; ${then}`;
    case "command":
      return `Log in the program of [agents.command.${name}], ${then}`;
  }
}
