import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { parse, stringify, type TomlTable } from "smol-toml";
import { placeFile, placeLink, readPlainFile } from "../private-file.ts";

const AUTH = "auth.json";
const CONFIG_KEYS = [
  "chatgpt_base_url",
  "cli_auth_credentials_store",
  "forced_login_method",
  "model",
  "model_context_window",
  "model_provider",
  "model_providers",
  "model_reasoning_effort",
  "openai_base_url",
];

/**
 * The operator's login as an agent's private home sees it: `auth.json` is linked, so that a renewed token is
 * renewed for everybody; of `config.toml` only the model and its provider are taken over, so that no MCP server,
 * hook or notifier of the operator reaches the agent.
 */
export class CodexLogin {
  readonly #directory: string;

  /** `CODEX_HOME`, or `.codex` in the operator's home. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  get authFile(): string {
    return path.join(this.#directory, AUTH);
  }

  async exists(): Promise<boolean> {
    return isFile(this.authFile);
  }

  /** What the operator chose about models; empty when there is no readable configuration. */
  async settings(): Promise<TomlTable> {
    const text = await readFile(path.join(this.#directory, "config.toml"), "utf8").catch(() => "");
    try {
      return Object.fromEntries(Object.entries(parse(text)).filter(([key]) => CONFIG_KEYS.includes(key)));
    } catch {
      return {};
    }
  }

  /** Names of variables the operator's own providers take their keys from. */
  async variables(): Promise<string[]> {
    const { model_providers } = await this.settings();
    return Object.values(tableOf(model_providers)).flatMap((provider) => {
      const { env_key, env_http_headers } = tableOf(provider);
      return [env_key, ...Object.values(tableOf(env_http_headers))].filter(
        (name) => typeof name === "string",
      );
    });
  }

  /** Addresses the operator's own providers answer at. */
  async addresses(): Promise<string[]> {
    const { model_providers, openai_base_url, chatgpt_base_url } = await this.settings();
    const own = Object.values(tableOf(model_providers)).map((provider) => tableOf(provider)["base_url"]);
    return [...own, openai_base_url, chatgpt_base_url].filter((address) => typeof address === "string");
  }

  /**
   * Fills a home for a turn in this workspace. Returns what of the login must be writable from inside. `questions`
   * says that somebody can answer what the agent would like to know.
   */
  async fill(home: string, workspace: string, use: { readonly questions?: boolean } = {}): Promise<string[]> {
    const config = {
      ...(await this.settings()),
      // Our sandbox is outside; a second one inside does not work and would only hide the first one's refusals.
      sandbox_mode: "danger-full-access",
      approval_policy: "never",
      check_for_update_on_startup: false,
      analytics: { enabled: false },
      // Helpers it starts itself, and turns it gives itself, would use tokens nobody counts.
      agents: { enabled: false },
      features: {
        plugins: false,
        apps: false,
        remote_plugin: false,
        hooks: false,
        goals: false,
        default_mode_request_user_input: use.questions === true,
      },
      suppress_unstable_features_warning: true,
      // The repository's own `.codex` directory stays data.
      projects: { [workspace]: { trust_level: "untrusted" } },
    };
    await placeFile(home, "config.toml", stringify(config));
    if (!(await this.exists())) return [];
    await placeLink(home, AUTH, this.authFile);
    return [this.authFile];
  }

  /** Takes a renewed token back when the program replaced the link with a file of its own. */
  async takeBack(home: string): Promise<void> {
    const renewed = await readPlainFile(path.join(home, AUTH));
    if (renewed === undefined) return;
    const current = await readFile(this.authFile, "utf8").catch(() => "");
    if (refreshedAt(renewed) > refreshedAt(current)) await placeFile(this.#directory, AUTH, renewed);
  }
}

function refreshedAt(text: string): number {
  try {
    const at = Date.parse(String(tableOf(JSON.parse(text)).last_refresh));
    return Number.isNaN(at) ? 0 : at;
  } catch {
    return 0;
  }
}

function tableOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
