import { randomUUID } from "node:crypto";
import type { Credentials } from "./access/index.ts";
import { buildAgents } from "./build-agents.ts";
import { buildPolicy } from "./build-policy.ts";
import { buildTurns } from "./build-turns.ts";
import { Conversations } from "./conversations/index.ts";
import type { AppOptions, Ground } from "./ground.ts";
import { projectFile } from "./operations/index.ts";
import { Limits, Orchestrator } from "./orchestrator/index.ts";
import { childEnvironment, EgressGate } from "./secrets/index.ts";
import { Workspaces } from "./workspaces/index.ts";

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

/** Builds what does the work, of tasks and of conversations, and what both do it with. */
export function buildWork(ground: Ground, options: AppOptions, credentials: Credentials) {
  const { env, random = Math.random } = options;
  const { runner, clock, paths, secrets, outbound } = ground;
  const { config } = ground.loaded;
  const workspaces = buildWorkspaces(ground);
  const agents = buildAgents({
    config,
    runner,
    clock,
    dataDir: paths.root,
    home: options.home,
    env,
    secrets,
    outbound,
    random,
  });
  const limits = new Limits({
    ...ground,
    night: config.night,
    budgets: config.budgets,
    prices: config.prices,
    warnAt: config.limits.budget_warn_at,
  });
  const policy = buildPolicy(ground, options);
  const egress = new EgressGate({ ...ground, allowed: config.egress.allow });
  const turning = buildTurns(ground, { env, policy, credentials, workspaces });
  const both = {
    ...ground,
    config,
    workspaces,
    agents,
    turns: turning.turns,
    baseEnv: commandEnvironment(env),
    redact: ground.redactor.redact,
    random,
  };
  const orchestrator = new Orchestrator({
    ...both,
    limits,
    policy,
    egress,
    owner: randomUUID(),
    projectFile: (project, commit) => projectFile({ workspaces }, project.root, commit),
  });
  const conversations = new Conversations({ ...both, caps: limits });
  return { workspaces, agents, limits, policy, egress, ...turning, orchestrator, conversations };
}

function buildWorkspaces({ git, paths, clock, loaded, failpoint }: Ground): Workspaces {
  const { max_snapshot_file_bytes, max_snapshot_files } = loaded.config.limits;
  const limits = { maxFileBytes: max_snapshot_file_bytes, maxNewFiles: max_snapshot_files };
  return new Workspaces({ git, dataDir: paths.root, clock, limits, failpoint });
}

/** What commands of a project see of the server's environment. */
function commandEnvironment(base: AppOptions["env"]): Record<string, string> {
  return childEnvironment({ base, allow: COMMAND_VARIABLES, set: {} });
}
