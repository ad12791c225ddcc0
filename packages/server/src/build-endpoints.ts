import type { ApiAgentDeps } from "./agents/index.ts";
import type { Config, SecretSource } from "./config/index.ts";
import { headerValue, type Secrets } from "./secrets/index.ts";

/** What of a model endpoint's agent the configuration says. */
export type EndpointSettings = Pick<
  ApiAgentDeps,
  "name" | "endpoint" | "default_model" | "max_tokens" | "max_steps" | "max_turn_tokens"
>;

const VENDORS = {
  anthropic: "https://api.anthropic.com",
  openai: "https://api.openai.com/v1",
  openai_compatible: "https://api.openai.com/v1",
  ollama: "http://127.0.0.1:11434",
} as const;

/** The model endpoints that can be used, in the order `auto` tries them: one without a model is not offered. */
export function endpointSettings(config: Config, secrets: Pick<Secrets, "read">): EndpointSettings[] {
  const { anthropic_api, openai_api, ollama, api, max_steps, max_turn_tokens } = config.agents;
  const limits = { max_steps, ...(max_turn_tokens === null ? {} : { max_turn_tokens }) };
  const list: EndpointSettings[] = [];
  // A key is read for each turn: one that was renewed counts at once.
  const keyOf = (label: string, source: SecretSource | null | undefined) =>
    source ? { api_key: () => secrets.read(label, source, headerValue) } : {};
  if (anthropic_api.default_model !== null && anthropic_api.api_key !== null) {
    const { base_url, api_key, default_model, max_tokens, context_tokens } = anthropic_api;
    const key = keyOf("agents.anthropic_api.api_key", api_key);
    const endpoint = { protocol: "anthropic", base_url, context_tokens, ...key } as const;
    list.push({ name: "anthropic_api", endpoint, default_model, max_tokens, ...limits });
  }
  if (openai_api.default_model !== null) {
    const { base_url, api_key, default_model, max_tokens, context_tokens } = openai_api;
    const key = keyOf("agents.openai_api.api_key", api_key);
    const endpoint = { protocol: "openai_compatible", base_url, context_tokens, ...key } as const;
    list.push({ name: "openai_api", endpoint, default_model, max_tokens, ...limits });
  }
  for (const [name, entry] of Object.entries(api)) {
    const { protocol, base_url = VENDORS[protocol], default_model, max_tokens = 8192 } = entry;
    const key = keyOf(`agents.api.${name}`, entry.api_key);
    const context = entry.context_tokens === undefined ? {} : { context_tokens: entry.context_tokens };
    const endpoint = { protocol, base_url, ...key, ...context };
    const own = {
      ...(entry.max_steps === undefined ? {} : { max_steps: entry.max_steps }),
      ...(entry.max_turn_tokens === undefined ? {} : { max_turn_tokens: entry.max_turn_tokens }),
    };
    list.push({ name, endpoint, default_model, max_tokens, ...limits, ...own });
  }
  if (ollama.default_model !== null) {
    const { base_url, default_model, max_tokens, context_tokens } = ollama;
    const endpoint = { protocol: "ollama", base_url, context_tokens } as const;
    list.push({ name: "ollama", endpoint, default_model, max_tokens, ...limits });
  }
  return list;
}
