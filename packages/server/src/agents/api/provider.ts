import type { LanguageModel } from "ai";

/** A model endpoint of the operator's choice. */
export interface ApiEndpoint {
  readonly protocol: "anthropic" | "openai";
  /** With or without a final `/v1` for `anthropic`; as the vendor writes it for `openai`. */
  readonly base_url: string;
  /** Absent for endpoints that want none, such as a model on this machine. */
  readonly api_key?: string;
}

/** Makes the client of an endpoint. The libraries are loaded here, at the first turn, not with the server. */
export async function languageModel(endpoint: ApiEndpoint, model: string): Promise<LanguageModel> {
  const base = endpoint.base_url.replace(/\/+$/, "");
  if (endpoint.protocol === "anthropic") {
    const { createAnthropic } = await import("@ai-sdk/anthropic");
    const baseURL = base.endsWith("/v1") ? base : `${base}/v1`;
    // An absent key would make the library look for one in the environment.
    return createAnthropic({ baseURL, apiKey: endpoint.api_key ?? "none" })(model);
  }
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  const apiKey = endpoint.api_key === undefined ? {} : { apiKey: endpoint.api_key };
  return createOpenAICompatible({ name: "openai-compatible", baseURL: base, includeUsage: true, ...apiKey })(
    model,
  );
}
