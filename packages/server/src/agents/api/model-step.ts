import type { FinishReason, LanguageModelUsage, ModelMessage, ToolSet } from "ai";
import type { Usage } from "../port.ts";
import type { Emit } from "../turn-frame.ts";
import type { OpenedModel } from "./provider.ts";
import type { BoundTool } from "./tools.ts";

/** A call of a tool by the model, not yet checked. */
export interface RequestedCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** What one call of the model gave. */
export interface ModelStep {
  readonly text: string;
  readonly calls: readonly RequestedCall[];
  readonly messages: readonly ModelMessage[];
  readonly usage: Usage;
  /** The model that answered, as the endpoint says. */
  readonly model: string | undefined;
}

/** A request to the model. */
export interface StepRequest extends OpenedModel {
  readonly instructions: string;
  readonly messages: ModelMessage[];
  readonly tools: Readonly<Record<string, BoundTool>>;
  readonly max_tokens: number;
  /** How often the library asks again after a failure that may pass. */
  readonly retries: number;
  readonly signal: AbortSignal;
  readonly emit: Emit;
  readonly touch: () => void;
}

/** Asks the model once and reports its words as they come. Throws the provider's error. Tools are not run here. */
export async function modelStep(request: StepRequest): Promise<ModelStep> {
  const { streamText, tool } = await import("ai");
  const offered: ToolSet = {};
  for (const [name, { description, schema }] of Object.entries(request.tools))
    offered[name] = tool({ description, inputSchema: schema });
  const result = streamText({
    model: request.model,
    instructions: request.instructions,
    messages: request.messages,
    tools: offered,
    providerOptions: request.options,
    maxOutputTokens: request.max_tokens,
    maxRetries: request.retries,
    abortSignal: request.signal,
    // The error comes as a part of the stream; the library would print it too.
    onError: () => undefined,
  });
  const calls: RequestedCall[] = [];
  const thought = new Reasoning(request.emit, request.messages.length);
  let text = "";
  let usage: Usage = { input_tokens: 0, output_tokens: 0, cached_tokens: 0, total_tokens: 0, cost_usd: null };
  let model: string | undefined;
  for await (const part of result.fullStream) {
    request.touch();
    if (part.type === "error") throw part.error;
    if (part.type === "abort") throw request.signal.reason;
    if (part.type === "text-delta") {
      text += part.text;
      if (part.text !== "") request.emit({ type: "message_delta", text: part.text });
    } else if (part.type === "reasoning-delta") thought.add(part.text);
    else if (part.type === "tool-call")
      calls.push({ id: part.toolCallId, name: part.toolName, input: part.input });
    else if (part.type === "finish-step") {
      mustBeWhole(part.finishReason, part.rawFinishReason);
      usage = usageOf(part.usage);
      model = part.response.modelId;
    }
  }
  thought.end();
  return { text, calls, messages: await result.responseMessages, usage, model };
}

/** An answer that broke off is no answer, although its library ends it like one. */
function mustBeWhole(reason: FinishReason, raw: string | undefined): void {
  if (reason === "error" || (reason === "other" && raw === undefined))
    throw new Error("The connection to the model was closed before its answer was over.");
}

/** The model's reasoning as it comes: an item that begins, grows and is over. */
class Reasoning {
  readonly #emit: Emit;
  readonly #id: string;
  #text = "";

  constructor(emit: Emit, at: number) {
    this.#emit = emit;
    this.#id = `reasoning-${at}`;
  }

  add(text: string): void {
    if (text === "") return;
    const item = { id: this.#id, kind: "reasoning" } as const;
    if (this.#text === "") this.#emit({ type: "item", phase: "started", item });
    this.#text += text;
    this.#emit({ type: "output_delta", item_id: this.#id, text });
  }

  end(): void {
    const item = { id: this.#id, kind: "reasoning", text: this.#text } as const;
    if (this.#text !== "") this.#emit({ type: "item", phase: "completed", item });
  }
}

function usageOf(usage: LanguageModelUsage): Usage {
  const input_tokens = usage.inputTokens ?? 0;
  const output_tokens = usage.outputTokens ?? 0;
  const cached_tokens = usage.inputTokenDetails.cacheReadTokens ?? 0;
  return {
    input_tokens,
    output_tokens,
    cached_tokens,
    total_tokens: input_tokens + output_tokens,
    cost_usd: null,
  };
}
