import { randomUUID } from "node:crypto";
import type { AgentRegistry } from "./agents/index.ts";
import type { AppOptions, Ground } from "./ground.ts";
import { projectFile } from "./operations/index.ts";
import { type Limits, Orchestrator } from "./orchestrator/index.ts";
import type { Policy } from "./policy/index.ts";
import { childEnvironment, type EgressGate } from "./secrets/index.ts";
import type { TurnDeps } from "./turns/index.ts";
import type { Workspaces } from "./workspaces/index.ts";

/** Variables of the server that commands of a project may have. */
const COMMAND_VARIABLES = [
  "PATH",
  "LANG",
  "LC_*",
  "TZ",
  "SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "npm_config_registry",
];
/** Builds what happens over time to tasks. */
export function buildOrchestrator(
  ground: Ground,
  more: {
    workspaces: Workspaces;
    agents: AgentRegistry;
    limits: Limits;
    turns: TurnDeps;
    policy: Policy;
    egress: EgressGate;
  } & Pick<AppOptions, "env" | "random">,
): Orchestrator {
  const { workspaces, agents, limits, turns, policy, egress, env, random = Math.random } = more;
  return new Orchestrator({
    ...ground,
    workspaces,
    agents,
    limits,
    config: ground.loaded.config,
    redact: ground.redactor.redact,
    egress,
    turns,
    policy,
    baseEnv: commandEnvironment(env),
    owner: randomUUID(),
    random,
    projectFile: (project, commit) => projectFile({ workspaces }, project.root, commit),
  });
}

/** What commands of a project see of the server's environment. */
export function commandEnvironment(base: AppOptions["env"]): Record<string, string> {
  return childEnvironment({ base, allow: COMMAND_VARIABLES, set: {} });
}
