import { z } from "zod";
import { key } from "./key.ts";
import { literalOf, secretOr } from "./secret-source.ts";
import { httpUrl, integer, line, structure, text } from "./value-type.ts";

const tokens = z.number().int().min(1).max(10_000_000);

/** One `[agents.api.NAME]` table: a model endpoint of the operator's choice. */
export const endpointShape = z.strictObject({
  protocol: z.enum(["anthropic", "openai", "openai_compatible", "ollama"]),
  base_url: httpUrl.schema.optional(),
  api_key: secretOr(line(1000)).optional(),
  default_model: line(200),
  account: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/)
    .optional(),
  max_tokens: tokens.optional(),
  context_tokens: tokens.min(1_000).optional(),
  max_steps: z.number().int().min(1).max(10_000).optional(),
  max_turn_tokens: z.number().int().min(1).max(1_000_000_000_000).optional(),
});
/** A model endpoint as the operator wrote it. */
export type EndpointEntry = z.infer<typeof endpointShape>;

const endpoints = z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/), endpointShape);
const context = integer(1_000, 10_000_000, "tokens");

/** Settings of model endpoints beside the two that always had their tables. */
export const endpointKeys = {
  "agents.api": key(
    structure(endpoints, "tables named [agents.api.NAME] with protocol and default_model"),
    {},
    "Model endpoints, any number: `[agents.api.NAME]` with `protocol` (`anthropic`, `openai` for OpenAI's Responses, `openai_compatible` for Chat Completions, `ollama`), `default_model`, and perhaps `base_url` (the vendor's own unless told; needed for `openai_compatible`), `api_key`, `account` (shared with the agents that name the same), `max_tokens` of one answer, `context_tokens` the model can hold, `max_steps` and `max_turn_tokens`. Secret as a whole, because keys are.",
    { secret: true },
  ),
  "agents.ollama.base_url": key(httpUrl, "http://127.0.0.1:11434", "Where Ollama answers."),
  "agents.ollama.default_model": key(
    text("the name of a model", 200),
    null,
    "Model; the agent `ollama` is offered once a model is set. No key is needed.",
  ),
  "agents.ollama.max_tokens": key(integer(1, 10_000_000, "tokens"), 8192, "Most tokens of one answer."),
  "agents.ollama.context_tokens": key(
    context,
    32_768,
    "Tokens the model holds, request and answer together; Ollama is told so. Older turns are summarised before it is full.",
  ),
  "agents.anthropic_api.context_tokens": key(
    context,
    200_000,
    "Tokens the model can hold; older turns are summarised before it is full.",
  ),
  "agents.openai_api.context_tokens": key(
    context,
    128_000,
    "Tokens the model can hold; older turns are summarised before it is full.",
  ),
  "agents.max_steps": key(
    integer(1, 10_000),
    100,
    "Most calls of the model in one turn of a model endpoint; `[agents.api.NAME]` may say another number.",
  ),
  "agents.max_turn_tokens": key(
    integer(1, 1_000_000_000_000, "tokens"),
    null,
    "Tokens after which a turn of a model endpoint is ended, over all its calls; unset means no limit of its own.",
  ),
} as const;

/** The keys of the endpoints, to be hidden wherever they would be shown. */
export function endpointSecrets(
  entries: Readonly<Record<string, EndpointEntry>>,
): { readonly label: string; readonly value: string }[] {
  return Object.entries(entries).flatMap(([name, { api_key }]) =>
    literalOf(api_key).map((value) => ({ label: `agents.api.${name}`, value })),
  );
}
