import path from "node:path";
import type { Clock } from "@harness/protocol";
import { type Agent, AgentRegistry, ClaudeAgent, CodexAgent, CommandAgent } from "./agents/index.ts";
import type { Config } from "./config/index.ts";
import type { ProcessRunner } from "./process/index.ts";

/** What the agents of a server are made from. */
export interface AgentsDeps {
  readonly config: Config;
  readonly runner: ProcessRunner;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Every agent the configuration names, in order of preference: programs the operator named, then the vendors' own. */
export function buildAgents(deps: AgentsDeps): AgentRegistry {
  const { config, runner, clock, home, env } = deps;
  const shared = { runner, clock, home, host_env: env, state_dir: path.join(deps.dataDir, "agents") };
  const { claude, codex, command } = config.agents;
  const agents: Agent[] = [
    new ClaudeAgent({
      ...shared,
      executable: claude.cli_path,
      ...given("config_dir", claude.config_dir),
      ...given("default_model", claude.default_model),
    }),
    new CodexAgent({
      ...shared,
      executable: codex.cli_path,
      ...given("config_dir", codex.home),
      ...given("default_model", codex.default_model),
    }),
  ];
  for (const [name, entry] of Object.entries(command))
    agents.push(new CommandAgent({ runner, clock, name, argv: entry.argv, host_env: env }));
  return new AgentRegistry(agents);
}

/** A property for a value that was set; nothing for null. */
function given<K extends string, T>(name: K, value: T | null): { [P in K]?: T } {
  return value === null ? {} : ({ [name]: value } as { [P in K]?: T });
}
