import { vendorHosts } from "../model-hosts.ts";

/** What is to be known of one ACP agent: one `[agents.acp.NAME]` table over the built-in profile of that name. */
export interface AcpProfile {
  /** The program and its arguments. `{model}` is filled in; the prompt goes over the protocol. */
  readonly argv: readonly string[];
  /** Names of variables of the server the program may have, its API key for instance. */
  readonly env: readonly string[];
  /** Variables with their values. */
  readonly set_env: Readonly<Record<string, string>>;
  /** The hosts it reaches its model at. */
  readonly hosts: readonly string[];
  /** Files of the operator's login, relative to the home directory; linked into the conversation's private home. */
  readonly login_files: readonly string[];
  /** Files written into the private home before each turn, relative to it, with their content. */
  readonly home_files: Readonly<Record<string, string>>;
  /** Absolute paths besides the system, the workspace and the program's own that it needs to read. */
  readonly readable: readonly string[];
  /** The `authenticate` method to call when the agent says that it needs one. */
  readonly auth_method?: string;
  readonly model?: string;
  /** What of the editor's services is offered to the agent. */
  readonly serve: readonly ("fs" | "terminal")[];
  /** True when the agent reports what its session costs in dollars. */
  readonly reports_cost: boolean;
  /** True when it can go on from a session in a copy (`session/fork`, which not every v1 agent has). */
  readonly forks: boolean;
  /**
   * What the program writes to standard error when its provider refuses a call, with the provider's words as the first
   * group: for an agent that goes on trying in silence. A used-up quota or a refused login then ends the turn.
   */
  readonly failure_line?: RegExp;
  /** What a person does to install it. */
  readonly install?: string;
}

/** A profile as somebody writes it: what is left out is filled from the built-in one of that name. */
export type AcpSettings = { readonly [K in keyof AcpProfile]?: AcpProfile[K] | undefined };

const NOTHING: AcpProfile = {
  argv: [],
  env: [],
  set_env: {},
  hosts: [],
  login_files: [],
  home_files: {},
  readable: [],
  serve: ["fs", "terminal"],
  reports_cost: false,
  forks: false,
};

/**
 * OpenCode allows everything unless told; here it must ask for what changes something. What the repository configures
 * for it (plugins, MCP servers, providers) is not read.
 */
const OPENCODE: AcpSettings = {
  // Over the protocol it tells no failure of its provider that it retries (1.18), and it retries without end.
  argv: ["opencode", "acp", "--print-logs", "--log-level", "ERROR"],
  failure_line: /message="stream error" .*error\.error="([^"]*)"/,
  env: ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENROUTER_API_KEY", "GEMINI_API_KEY", "OPENCODE_API_KEY"],
  set_env: {
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_CLAUDE_CODE: "1",
    OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    OPENCODE_DISABLE_PROJECT_CONFIG: "1",
    OPENCODE_PERMISSION: '{"edit":"ask","bash":"ask","webfetch":"ask","external_directory":"ask"}',
  },
  hosts: vendorHosts.opencode,
  login_files: [".local/share/opencode/auth.json"],
  reports_cost: true,
  forks: true,
  install: "npm install -g opencode-ai",
};

/**
 * Gemini CLI takes a missing file for an error when an editor serves its files (0.61), so it uses its own, inside the
 * sandbox. A folder that is not trusted gets no hooks, MCP servers or settings of the repository.
 */
const GEMINI: AcpSettings = {
  argv: ["gemini", "--acp"],
  env: ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_CLOUD_PROJECT", "GOOGLE_GEMINI_BASE_URL"],
  set_env: { GEMINI_CLI_NO_RELAUNCH: "true" },
  hosts: vendorHosts.gemini,
  login_files: [".gemini/oauth_creds.json", ".gemini/google_accounts.json"],
  auth_method: "gemini-api-key",
  serve: [],
  install: "npm install -g @google/gemini-cli",
};

const BUILT_IN: Readonly<Record<string, AcpSettings>> = { opencode: OPENCODE, gemini: GEMINI };

/** The whole profile of an agent: its table, over the built-in profile of the same name where there is one. */
export function acpProfile(name: string, settings: AcpSettings): AcpProfile {
  const built_in = BUILT_IN[name] ?? {};
  const { set_env, home_files } = settings;
  return {
    ...NOTHING,
    ...given(built_in),
    ...given(settings),
    set_env: { ...built_in.set_env, ...set_env },
    home_files: { ...built_in.home_files, ...home_files },
  };
}

function given<T extends object>(settings: T): Partial<{ [K in keyof T]: Exclude<T[K], undefined> }> {
  const entries = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<{ [K in keyof T]: Exclude<T[K], undefined> }>;
}
