import path from "node:path";
import type { Clock } from "@harness/protocol";
import {
  AcpAgent,
  type Agent,
  AgentRegistry,
  ApiAgent,
  ClaudeAgent,
  CodexAgent,
  CommandAgent,
  DeterministicAgent,
  exampleTask,
  ScriptedAgent,
} from "./agents/index.ts";
import { endpointSettings } from "./build-endpoints.ts";
import type { Config, SecretSource } from "./config/index.ts";
import type { Outbound } from "./outbound/index.ts";
import type { ProcessRunner } from "./process/index.ts";
import type { Secrets } from "./secrets/index.ts";

/** What the agents of a server are made from. */
export interface AgentsDeps {
  readonly config: Config;
  readonly runner: ProcessRunner;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly secrets: Pick<Secrets, "read" | "readAll">;
  readonly outbound: Pick<Outbound, "fetch">;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/**
 * Every agent the configuration names, in the order `auto` tries them: the vendors' command lines, then ACP agents, model
 * endpoints that have a model (and, for Anthropic, a key), then the operator's own programs. The deterministic agent is
 * there for strategies and by its name, the scripted ones for the example project.
 */
export function buildAgents(deps: AgentsDeps): AgentRegistry {
  const { config, runner, clock, home, env } = deps;
  const shared = { runner, clock, host_env: env, state_dir: path.join(deps.dataDir, "agents") };
  const { claude, codex, acp, command } = config.agents;
  const setBy = (table: string, sources: Readonly<Record<string, SecretSource>> = {}) => ({
    set_env: {
      names: Object.keys(sources),
      read: () => deps.secrets.readAll(`agents.${table}.set_env`, sources),
    },
  });
  const agents: Agent[] = [
    new ClaudeAgent({
      ...shared,
      home,
      executable: claude.cli_path,
      ...setBy("claude", claude.set_env),
      ...given("config_dir", claude.config_dir),
      ...given("default_model", claude.default_model),
    }),
    new CodexAgent({
      ...shared,
      home,
      executable: codex.cli_path,
      mode: codex.mode,
      ...setBy("codex", codex.set_env),
      random: deps.random,
      ...given("config_dir", codex.home),
      ...given("default_model", codex.default_model),
    }),
    ...Object.entries(acp).map(
      ([name, { roles: _, account: _account, allowed_hosts: _hosts, set_env, ...settings }]) =>
        new AcpAgent({ ...shared, home, name, settings, ...setBy(`acp.${name}`, set_env) }),
    ),
    ...endpointSettings(config, deps.secrets).map(
      (endpoint) => new ApiAgent({ ...shared, ...endpoint, fetch: deps.outbound.fetch }),
    ),
    ...Object.entries(command).map(
      // Roles and the account are for those who choose, hosts for the sandbox.
      ([name, { roles: _, account: _account, allowed_hosts: _hosts, set_env, ...entry }]) =>
        new CommandAgent({ ...shared, ...entry, name, ...setBy(`command.${name}`, set_env) }),
    ),
    new DeterministicAgent(shared),
    ...scriptedNames.map((name) => new ScriptedAgent({ ...shared, name })),
  ];
  return new AgentRegistry(agents, clock, accountsOf(config));
}

/** Who plays the example, and who reviews it. */
const scriptedNames = [exampleTask.agent, exampleTask.reviewer];

/** The accounts the operator named, by agent. */
function accountsOf({ agents }: Pick<Config, "agents">): Map<string, string> {
  const { claude, codex, anthropic_api, openai_api, ollama, acp, command, api } = agents;
  const tables = { claude, codex, anthropic_api, openai_api, ollama, ...acp, ...command, ...api };
  return new Map(
    Object.entries(tables).flatMap(([name, { account }]) =>
      account == null ? [] : [[name, account] as const],
    ),
  );
}

/** A property for a value that was set; nothing for null. */
function given<K extends string, T>(name: K, value: T | null): { [P in K]?: T } {
  return value === null ? {} : ({ [name]: value } as { [P in K]?: T });
}
