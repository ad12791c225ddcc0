import type { LanguageModel } from "ai";
import { type Fetch, type RecordTraffic, recordingFetch } from "./traffic.ts";

/** The wires a model endpoint may speak. */
export const apiProtocols = ["anthropic", "openai", "openai_compatible", "ollama"] as const;
export type ApiProtocol = (typeof apiProtocols)[number];

/** A model endpoint of the operator's choice. */
export interface ApiEndpoint {
  /** Anthropic Messages, OpenAI Responses, Chat Completions as many speak it, or Ollama's own. */
  readonly protocol: ApiProtocol;
  /** With or without a final `/v1` for `anthropic`, with or without `/api` for `ollama`; else as the vendor writes it. */
  readonly base_url: string;
  /** Reads its key, for each turn. Absent for endpoints that want none, such as a model on this machine. */
  readonly api_key?: () => Promise<string>;
  /** Tokens the model can hold, request and answer together; the protocol's usual number unless told. Ollama is told. */
  readonly context_tokens?: number;
}

/** What models behind these wires can hold at least; of Ollama what it is asked to hold, for by itself it holds far fewer. */
const USUAL_CONTEXT: Readonly<Record<ApiProtocol, number>> = {
  anthropic: 200_000,
  openai: 200_000,
  openai_compatible: 128_000,
  ollama: 32_768,
};

/** How many tokens the endpoint's model can hold. */
export function contextOf({ protocol, context_tokens }: ApiEndpoint): number {
  return context_tokens ?? USUAL_CONTEXT[protocol];
}

/** A model, ready to be asked, and what its vendor is told besides. */
export interface OpenedModel {
  readonly model: LanguageModel;
  readonly options: Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;
}

type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** Makes the client of an endpoint. The libraries are loaded here, at the first turn, not with the server. */
export async function openModel(
  endpoint: ApiEndpoint,
  {
    name,
    max_tokens,
    key,
  }: { readonly name: string; readonly max_tokens: number; readonly key: string | undefined },
  traffic: { readonly record: RecordTraffic; readonly fetch: Fetch },
): Promise<OpenedModel> {
  const base = endpoint.base_url.replace(/\/+$/, "");
  const adapt = endpoint.protocol === "ollama" ? { adapt: ollamaError } : {};
  const fetch = recordingFetch(traffic.fetch, traffic.record, adapt);
  // An absent key would make a library look for one in the environment.
  const apiKey = key ?? "none";
  switch (endpoint.protocol) {
    case "anthropic": {
      const { createAnthropic } = await import("@ai-sdk/anthropic");
      const baseURL = base.endsWith("/v1") ? base : `${base}/v1`;
      return { model: createAnthropic({ baseURL, apiKey, fetch })(name), options: {} };
    }
    case "openai": {
      const { createOpenAI } = await import("@ai-sdk/openai");
      // Conversations are kept here and nowhere else.
      return {
        model: createOpenAI({ baseURL: base, apiKey, fetch }).responses(name),
        options: { openai: { store: false } },
      };
    }
    case "openai_compatible": {
      const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
      const given = key === undefined ? {} : { apiKey: key };
      const settings = { name: "openai-compatible", baseURL: base, includeUsage: true, fetch, ...given };
      return { model: createOpenAICompatible(settings)(name), options: {} };
    }
    case "ollama": {
      const { createOllama } = await import("ollama-ai-provider-v2");
      const baseURL = base.endsWith("/api") ? base : `${base}/api`;
      const options = { num_ctx: contextOf(endpoint), num_predict: max_tokens };
      return { model: createOllama({ baseURL, fetch })(name), options: { ollama: { options } } };
    }
  }
}

/** Ollama says `{"error": "words"}`; its library reads `{"error": {"message": "words"}}` only. */
function ollamaError(text: string): string {
  const words = /^\s*\{\s*"error"\s*:\s*("(?:[^"\\]|\\.)*")\s*\}\s*$/.exec(text)?.[1];
  return words === undefined ? text : `{"error":{"message":${words}}}`;
}
