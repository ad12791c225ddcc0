import { key } from "./key.ts";
import { acpAgents } from "./shapes.ts";
import { structure } from "./value-type.ts";

/** Settings of agents that speak the Agent Client Protocol. */
export const acpKeys = {
  "agents.acp": key(
    structure(acpAgents, "tables named [agents.acp.NAME] with argv, unless NAME is opencode or gemini"),
    {},
    "Agents that speak the Agent Client Protocol v1: `[agents.acp.NAME]` with `argv`, `env` (names of variables it may have), `set_env` (variables with values, which may be handles), `login_files` (below your home directory, linked into its own), `home_files` (written into its own home), `readable` paths, `model`, `account` (shared with the agents that name the same), `auth_method`, `serve` (`fs`, `terminal`), `reports_cost`, `forks`, `install` (advice), `allowed_hosts` (its model's, where Harness does not know them, and others, as `sandbox.allowed_hosts`) and `roles`. `[agents.acp.opencode]` and `[agents.acp.gemini]` need nothing more.",
  ),
} as const;
