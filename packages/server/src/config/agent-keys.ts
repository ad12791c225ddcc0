import { key } from "./key.ts";
import { hostList } from "./sandbox-keys.ts";
import { secret } from "./secret-source.ts";
import { commandAgents, variables } from "./shapes.ts";
import { bool, choice, executable, httpUrl, integer, path, pattern, structure, text } from "./value-type.ts";

const agentName = pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "the name of an agent");

/** Settings of agents and of review. */
export const agentKeys = {
  "agents.default_agent": key(
    agentName,
    "auto",
    "Agent of tasks that name none; `auto` takes one that is installed and logged in.",
  ),
  "agents.claude.cli_path": key(executable, "claude", "The Claude Code program."),
  "agents.claude.default_model": key(
    text("the name of a model", 200),
    null,
    "Model for Claude Code; unset leaves the choice to it.",
  ),
  "agents.claude.config_dir": key(path, null, "Directory of the Claude Code login.", {
    vendorEnv: "CLAUDE_CONFIG_DIR",
  }),
  "agents.claude.set_env": key(
    structure(variables, "a table of variables and values"),
    {},
    'Variables for Claude Code with their values, which may be handles: `ANTHROPIC_API_KEY = "file:/run/keys/anthropic"`.',
    { secret: true },
  ),
  "agents.claude.allowed_hosts": key(
    hostList,
    [],
    "Hosts Claude Code reaches besides those of its model, as `sandbox.allowed_hosts`.",
  ),
  "agents.codex.cli_path": key(executable, "codex", "The Codex program."),
  "agents.codex.default_model": key(
    text("the name of a model", 200),
    null,
    "Model for Codex; unset leaves the choice to it.",
  ),
  "agents.codex.mode": key(
    choice(["app-server", "exec"]),
    "app-server",
    "How Codex is spoken to: `app-server` can be steered and asks for leave, `exec` takes one prompt and asks nothing. A Codex without an app-server is spoken to by `exec`.",
  ),
  "agents.codex.home": key(path, null, "Directory of the Codex login.", { vendorEnv: "CODEX_HOME" }),
  "agents.codex.set_env": key(
    structure(variables, "a table of variables and values"),
    {},
    'Variables for Codex with their values, which may be handles: `CODEX_API_KEY = "env:MY_KEY"`.',
    { secret: true },
  ),
  "agents.codex.allowed_hosts": key(
    hostList,
    [],
    "Hosts Codex reaches besides those of its model, as `sandbox.allowed_hosts`.",
  ),
  "agents.anthropic_api.base_url": key(
    httpUrl,
    "https://api.anthropic.com",
    "Endpoint that speaks Anthropic Messages.",
  ),
  "agents.anthropic_api.default_model": key(
    text("the name of a model", 200),
    null,
    "Model; the agent is offered once a model and a key are set.",
  ),
  "agents.anthropic_api.max_tokens": key(
    integer(1, 10_000_000, "tokens"),
    8192,
    "Most tokens of one answer.",
  ),
  "agents.anthropic_api.api_key": key(secret(text("an API key", 1000)), null, "Key of the endpoint.", {
    vendorEnv: "ANTHROPIC_API_KEY",
    secret: true,
  }),
  "agents.openai_api.base_url": key(
    httpUrl,
    "https://api.openai.com/v1",
    "Endpoint that speaks OpenAI Chat Completions, such as Ollama's `http://127.0.0.1:11434/v1`.",
  ),
  "agents.openai_api.default_model": key(
    text("the name of a model", 200),
    null,
    "Model; the agent is offered once a model is set.",
  ),
  "agents.openai_api.max_tokens": key(integer(1, 10_000_000, "tokens"), 8192, "Most tokens of one answer."),
  "agents.openai_api.api_key": key(
    secret(text("an API key", 1000)),
    null,
    "Key of the endpoint; a local one may need none.",
    {
      vendorEnv: "OPENAI_API_KEY",
      secret: true,
    },
  ),
  "agents.command": key(
    structure(commandAgents, "tables named [agents.command.NAME] with argv and perhaps roles"),
    {},
    "Agents made of a program that reads its prompt on standard input and works in the current directory: `[agents.command.NAME]` with `argv`, in which `{workspace}`, `{model}` and `{session_id}` are filled in. Perhaps `resume_argv` for a conversation that goes on (needs `{session_id}` in `argv`; the program then keeps its home directory from turn to turn), `default_model`, `account` (shared with the agents that name the same), `variables` (names of the server's variables it may have), `set_env` (variables with values, which may be handles), `readable` (absolute paths it must see), `network = false`, `allowed_hosts` (what it reaches, as `sandbox.allowed_hosts`; besides an address in a variable that ends in `_BASE_URL` or `_HOST` nothing is known of its model), and `roles` (triage, planner, implementer, reviewer) to limit what it is used for.",
  ),
  "agents.review.enabled": key(bool, true, "Have a second agent judge finished work."),
  "agents.review.require": key(
    bool,
    true,
    "Without a second agent or model, wait for a person instead of going on unreviewed.",
  ),
  "agents.review.reviewer_agent": key(
    agentName,
    null,
    "The reviewing agent; unset takes an agent other than the implementer.",
  ),
  "agents.review.max_rounds": key(integer(1, 20), 3, "Review rounds before a person is asked."),
  "agents.review.allow_same_agent": key(
    bool,
    false,
    "Let the agent and model that did the work also review it.",
  ),
} as const;
