import { z } from "zod";
import { type AnyConfigKey, type ConfigKey, key } from "./key.ts";
import { commandAgents, projectEntryShape } from "./shapes.ts";
import {
  amount,
  bool,
  choice,
  executable,
  httpUrl,
  integer,
  path,
  paths,
  pattern,
  structure,
  text,
} from "./value-type.ts";

const agentName = pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "the name of an agent");
const day = 86_400;

const serverKeys = {
  "server.transport": key(
    choice(["http", "stdio"]),
    "http",
    "How clients reach the server. `stdio` is accepted and serves HTTP until that transport exists.",
    { env: "HARNESS_TRANSPORT", flag: "transport" },
  ),
  "server.http_addr": key(
    pattern(
      /^(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9.-]+):\d{1,5}$/,
      'an address and a port, such as "127.0.0.1:9800"',
    ),
    "127.0.0.1:9800",
    "Address and port in one; `server.host` and `server.port` win over it in the same place.",
    { env: "HARNESS_HTTP_ADDR" },
  ),
  "server.host": key(
    pattern(/^[A-Za-z0-9.:%-]{1,255}$/, 'a host name or an address, such as "127.0.0.1"'),
    "127.0.0.1",
    "Address to listen on. A public one needs `server.allow_public_bind`.",
    { env: "HARNESS_HOST", flag: "host" },
  ),
  "server.port": key(integer(0, 65_535), 9800, "Port to listen on; 0 takes any free port.", {
    env: "HARNESS_PORT",
    flag: "port",
  }),
  "server.allow_public_bind": key(
    bool,
    false,
    "Allow an address other machines can reach. Requests still need the token; put TLS in front.",
    { env: "HARNESS_ALLOW_PUBLIC_BIND", flag: "allow-public-bind" },
  ),
  "server.data_dir": key(
    path,
    "~/.local/share/harness",
    "Where everything Harness owns lives: database, mirrors, workspaces, logs, token.",
    { env: "HARNESS_DATA_DIR", flag: "data-dir" },
  ),
  "server.project_root": key(path, null, "A repository to register as a project at start.", {
    env: "HARNESS_PROJECT_ROOT",
    flag: "project-root",
  }),
  "server.allowed_project_roots": key(
    paths,
    null,
    "Directories projects may lie in. Unless set: the home directory and the directory the server was started in.",
    { env: "HARNESS_ALLOWED_PROJECT_ROOTS" },
  ),
  "server.api_token": key(
    pattern(/^[\x21-\x7e]{16,512}$/, "16 to 512 visible ASCII characters"),
    null,
    "The token clients send. Unless set, one is made and kept in `<data_dir>/token`.",
    { env: "HARNESS_API_TOKEN", secret: true },
  ),
  "server.database_url": key(
    pattern(/^postgres(ql)?:\/\/\S+$/, "a postgres:// address"),
    null,
    "A Postgres 14+ database. Unless set, SQLite in the data directory.",
    { env: "HARNESS_DATABASE_URL", flag: "database-url", secret: true },
  ),
  "server.max_body_bytes": key(integer(1024, 1_073_741_824, "bytes"), 1_048_576, "Largest request body."),
  "server.rate_limit_per_minute": key(
    integer(0, 10_000_000),
    6000,
    "Requests a minute from one client address; 0 switches the limit off.",
  ),
  "server.log_level": key(
    choice(["trace", "debug", "info", "warn", "error", "fatal", "silent"]),
    "info",
    "Least severe records that are written.",
    { env: "HARNESS_LOG_LEVEL", flag: "log-level" },
  ),
  "server.drain_timeout_secs": key(
    integer(0, 3600, "seconds"),
    30,
    "How long a stopping server lets running turns finish before it ends them.",
  ),
  "server.sse_heartbeat_secs": key(
    integer(1, 300, "seconds"),
    15,
    "Pause between heartbeats on a quiet stream.",
  ),
} as const;

const sandboxKeys = {
  "sandbox.driver": key(
    choice(["auto", "bwrap", "unshare", "none"]),
    "auto",
    "What confines agents and commands. `none` runs them unconfined and is shown on every record.",
    { env: "HARNESS_SANDBOX" },
  ),
  "sandbox.agent_network": key(
    choice(["none", "full"]),
    "full",
    "Network of agents; they need it to reach their model.",
  ),
  "sandbox.command_network": key(
    choice(["none", "full"]),
    "none",
    "Network of validation commands. Setup commands always have it, to fetch dependencies.",
  ),
} as const;

const agentKeys = {
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
  "agents.codex.cli_path": key(executable, "codex", "The Codex program."),
  "agents.codex.default_model": key(
    text("the name of a model", 200),
    null,
    "Model for Codex; unset leaves the choice to it.",
  ),
  "agents.codex.home": key(path, null, "Directory of the Codex login.", { vendorEnv: "CODEX_HOME" }),
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
  "agents.anthropic_api.api_key": key(text("an API key", 1000), null, "Key of the endpoint.", {
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
    text("an API key", 1000),
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
    "Agents made of a program that reads its prompt on standard input: `[agents.command.NAME]` with `argv`, and `roles` (triage, planner, implementer, reviewer) to limit what it is used for.",
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

const workKeys = {
  "concurrency.max_concurrent_tasks": key(
    integer(1, 1000),
    4,
    "Attempts running at once, over all projects.",
  ),
  "concurrency.max_queued_tasks": key(
    integer(1, 1_000_000),
    10_000,
    "Unfinished tasks after which a submission is refused as `overloaded`.",
  ),
  "limits.turn_timeout_secs": key(integer(1, day, "seconds"), 3600, "Longest turn of an agent."),
  "limits.idle_timeout_secs": key(integer(1, day, "seconds"), 600, "Longest silence of an agent in a turn."),
  "limits.kill_grace_ms": key(
    integer(0, 600_000, "milliseconds"),
    5000,
    "Time between asking a process to end and killing it.",
  ),
  "limits.setup_timeout_secs": key(integer(1, day, "seconds"), 600, "Longest setup command."),
  "limits.validation_timeout_secs": key(
    integer(1, day, "seconds"),
    120,
    "Longest validation command that names no timeout of its own.",
  ),
  "limits.max_output_bytes": key(
    integer(1024, 1_073_741_824, "bytes"),
    10_485_760,
    "Output kept of one command; the middle is cut and marked.",
  ),
  "limits.max_snapshot_file_bytes": key(
    integer(1024, 10_737_418_240, "bytes"),
    52_428_800,
    "Largest file taken into a snapshot.",
  ),
  "limits.max_snapshot_files": key(integer(1, 10_000_000), 20_000, "Most changed files in a snapshot."),
  "limits.max_attempts": key(integer(1, 100), 3, "Attempts of a task before it fails."),
  "limits.validation_retries": key(integer(0, 20), 2, "Times failing validation goes back to the agent."),
  "limits.max_turns": key(
    integer(1, 1000),
    null,
    "Agent turns a task may use in all; unset means no limit of its own.",
  ),
  "limits.max_budget_usd": key(amount(1_000_000), null, "Money a task may use; unset means no limit."),
  "limits.max_tokens": key(
    integer(1, 1_000_000_000_000, "tokens"),
    null,
    "Tokens a task may use; unset means no limit.",
  ),
  "limits.retry_base_backoff_ms": key(
    integer(0, 86_400_000, "milliseconds"),
    10_000,
    "Wait before the second attempt; doubles with each.",
  ),
  "limits.retry_max_backoff_ms": key(
    integer(0, 86_400_000, "milliseconds"),
    300_000,
    "Longest wait between attempts.",
  ),
  "limits.priority_ageing_secs": key(
    integer(1, 31_536_000, "seconds"),
    900,
    "Waiting time after which a queued task counts as one priority higher.",
  ),
  "observe.log_retention_days": key(integer(1, 3650, "days"), 90, "How long runtime logs are kept."),
  "observe.event_retention_days": key(
    integer(1, 36_500, "days"),
    null,
    "How long events of finished tasks are kept; unset keeps them.",
  ),
  projects: key(
    structure(z.array(projectEntryShape).max(1000), "[[projects]] tables with name and root"),
    [],
    "Projects to register at start; `--project name=path` adds to them and wins on the same name.",
    { flag: "project" },
  ),
} as const;

/** Every setting Harness has. Schema, variables, flags, defaults and the reference page are read from this table. */
export const configKeys = { ...serverKeys, ...sandboxKeys, ...agentKeys, ...workKeys };

type Keys = typeof configKeys;
/** The dotted path of a setting. */
export type ConfigPath = keyof Keys;
type Value<K> = K extends ConfigKey<infer T, infer D> ? T | (null extends D ? null : never) : never;
type Flat = { readonly [P in ConfigPath]: Value<Keys[P]> };
type Head<P> = P extends `${infer H}.${string}` ? H : P;
type Below<F, H extends string> = {
  readonly [P in keyof F as P extends `${H}.${infer Rest}` ? Rest : never]: F[P];
};
type Tree<F> = {
  readonly [H in Head<keyof F> & string]: H extends keyof F ? F[H] : Tree<Below<F, H>>;
};

/** The resolved settings, nested as in the file. Paths are absolute; a value nobody set and that has no default is null. */
export type Config = Tree<Flat>;

/** The rows of the table in order. */
export function configRows(): readonly (readonly [ConfigPath, AnyConfigKey])[] {
  return Object.entries(configKeys) as [ConfigPath, AnyConfigKey][];
}

/** The variable of a setting: `HARNESS_LIMITS_MAX_ATTEMPTS` for `limits.max_attempts`, unless the row names another. */
export function configVariable(path: ConfigPath): string {
  const row: AnyConfigKey = configKeys[path];
  return row.env ?? `HARNESS_${path.replaceAll(".", "_").toUpperCase()}`;
}
