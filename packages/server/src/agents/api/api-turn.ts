import type { Clock } from "@harness/protocol";
import type { ModelMessage } from "ai";
import { z } from "zod";
import type { FramedTurn } from "../framed-turn.ts";
import type { TurnOutcome, Usage } from "../port.ts";
import type { Emit } from "../turn-frame.ts";
import { CompactedHistory } from "./compacted-history.ts";
import type { ConversationHistory, StoredConversation } from "./history.ts";
import { instructionsFor, jsonAnswer } from "./instructions.ts";
import { TurnLimits } from "./limits.ts";
import { type ModelStep, modelStep, type StepRequest } from "./model-step.ts";
import { type ApiEndpoint, contextOf, openModel } from "./provider.ts";
import { providerFailure, tooLong } from "./provider-failure.ts";
import { ScopedRules } from "./scoped-rules.ts";
import { Steering } from "./steering.ts";
import { ToolCalls } from "./tool-calls.ts";
import { type ToolContext, toolsFor } from "./tools.ts";
import type { Fetch, RecordTraffic } from "./traffic.ts";
import { madeFromMark, overMark, stepsOf } from "./turn-record.ts";

const DEFAULT_RETRIES = 2;
const SHORTEST_KEY = 8;

/** How far one turn may go. */
export interface StepLimits {
  /** Most tokens of one answer. */
  readonly max_tokens: number;
  /** Most calls of the model in one turn; 100 unless told. */
  readonly max_steps?: number;
  /** Most tokens of one turn, over all its calls; absent means no limit. */
  readonly max_turn_tokens?: number;
}

/** What one turn of a model endpoint is made of. */
export interface ApiTurnDeps extends StepLimits {
  readonly turn: FramedTurn;
  readonly emit: Emit;
  readonly endpoint: ApiEndpoint;
  /** How the endpoint is asked. */
  readonly fetch: Fetch;
  readonly model: string;
  readonly history: Pick<ConversationHistory, "open" | "save">;
  readonly context: ToolContext;
  readonly clock: Clock;
  /** How often a call that failed is made again; twice unless told. */
  readonly retries?: number;
}

/**
 * One turn with a model endpoint: ask the model, do what it asks with the tools under policy, ask again, until it
 * answers without asking for anything. Words of a person go in before the next call. The conversation is saved after
 * every step, and its older part summarised when it grows too long.
 */
export class ApiTurn {
  readonly #deps: ApiTurnDeps;
  readonly #steering = new Steering();
  #usage: Usage | null = null;
  #shown_model: string;
  #key: string | undefined;

  constructor(deps: ApiTurnDeps) {
    this.#deps = deps;
    this.#shown_model = deps.model;
  }

  async run(): Promise<TurnOutcome> {
    const { turn, emit, history, model } = this.#deps;
    using limits = new TurnLimits(turn);
    // Read before anything is written or told: a turn without its key never began.
    this.#key = await this.#deps.endpoint.api_key?.();
    const conversation = await history.open(turn.session_id, turn.fork === true);
    const { session_id, resumed, messages } = conversation;
    const message = `The conversation ${turn.session_id} is not here any more; a new one was started.`;
    if (turn.session_id !== undefined && !resumed) emit({ type: "warning", message });
    emit({ type: "started", session_id, model });
    turn.record("mark", JSON.stringify(madeFromMark(this.#deps, messages)));
    messages.push({ role: "user", content: turn.prompt });
    try {
      return await this.#converse(conversation, limits);
    } catch (error) {
      return this.#failed(error, session_id, limits);
    } finally {
      this.#steering.close();
      turn.record("mark", JSON.stringify(overMark(limits.reason)));
      await history.save({ ...conversation, messages: answered(messages) });
    }
  }

  async #converse(conversation: StoredConversation, limits: TurnLimits): Promise<TurnOutcome> {
    const { turn, emit, history, max_turn_tokens } = this.#deps;
    const { session_id, messages } = conversation;
    const { request, rules } = await this.#request(conversation, limits);
    const calls = new ToolCalls({ ...this.#deps, rules, tools: request.tools, limits });
    const compaction = this.#compaction(conversation, request, rules);
    const steps = stepsOf(this.#deps);
    this.#steering.attach(turn);
    for (let step = 0; step < steps; step += 1) {
      for (const content of this.#steering.take()) messages.push({ role: "user", content });
      const answer = await this.#ask(request, compaction);
      messages.push(...answer.messages);
      const item = { id: `message-${messages.length}`, kind: "message", text: answer.text } as const;
      if (answer.text !== "") emit({ type: "item", phase: "completed", item });
      if (answer.calls.length === 0 && this.#steering.end()) {
        const final_text = turn.output_schema === undefined ? answer.text : jsonAnswer(answer.text);
        return { status: "completed", final_text, session_id, usage: this.#usage, observed_activity: false };
      }
      for (const call of answer.calls) messages.push(await calls.perform(call));
      await history.save(conversation);
      const used = this.#usage?.total_tokens ?? 0;
      if (max_turn_tokens !== undefined && used >= max_turn_tokens)
        return this.#stopped(
          `The turn reached its limit of ${max_turn_tokens} tokens; it used ${used}.`,
          session_id,
        );
    }
    return this.#stopped(`The turn reached its limit of ${steps} steps.`, session_id);
  }

  async #request({ messages }: StoredConversation, limits: TurnLimits) {
    const { turn, emit, endpoint, context, max_tokens } = this.#deps;
    const read = (at: string) => context.files.read(at).catch(() => null);
    const rules = new ScopedRules(
      async (at) => (await turn.effect(`rules ${at}`, z.string().nullable(), () => read(at))) ?? undefined,
      emit,
    );
    const instructions = instructionsFor(turn, await rules.ofRoot());
    const opened = await openModel(
      endpoint,
      { name: this.#deps.model, max_tokens, key: this.#key },
      { record: this.#record(), fetch: this.#deps.fetch },
    );
    const { signal } = limits;
    const tools = toolsFor(turn);
    const touch = () => limits.touch();
    const request: StepRequest = {
      ...opened,
      instructions,
      messages,
      tools,
      max_tokens,
      retries: this.#deps.retries ?? DEFAULT_RETRIES,
      emit,
      signal,
      touch,
    };
    return { request, rules };
  }

  #compaction({ messages }: StoredConversation, request: StepRequest, rules: ScopedRules): CompactedHistory {
    const { emit, endpoint, max_tokens } = this.#deps;
    const count = (usage: Usage) => this.#count(usage);
    const context_tokens = contextOf(endpoint);
    return new CompactedHistory({ messages, request, context_tokens, max_tokens, emit, count, rules });
  }

  /** Asks the model; when it says that the conversation is too long for it, once more with a shorter one. */
  async #ask(request: StepRequest, compaction: CompactedHistory): Promise<ModelStep> {
    await compaction.beforeStep();
    const answer = await modelStep(request).catch(async (error: unknown) => {
      if (!tooLong(error) || !(await compaction.shorten())) throw error;
      return modelStep(request);
    });
    compaction.counted(answer.usage, answer.messages);
    this.#count(answer.usage, answer.model);
    return answer;
  }

  /** What goes to the endpoint and comes from it, without its key. */
  #record(): RecordTraffic {
    const { turn } = this.#deps;
    const key = this.#key ?? "";
    // A word as short as a placeholder for a key is in any text.
    const isSecret = key.length >= SHORTEST_KEY;
    return (direction, text) => turn.record(direction, isSecret ? text.replaceAll(key, "[key]") : text);
  }

  #count(step: Usage, model?: string): void {
    const { emit } = this.#deps;
    const before = this.#usage;
    this.#usage = {
      input_tokens: (before?.input_tokens ?? 0) + step.input_tokens,
      output_tokens: (before?.output_tokens ?? 0) + step.output_tokens,
      cached_tokens: (before?.cached_tokens ?? 0) + step.cached_tokens,
      total_tokens: (before?.total_tokens ?? 0) + step.total_tokens,
      cost_usd: null,
    };
    emit({ type: "usage", usage: this.#usage });
    if (model === undefined || model === this.#shown_model) return;
    const message = `The answer came from the model ${model}, not from ${this.#shown_model}.`;
    emit({ type: "warning", message });
    this.#shown_model = model;
  }

  #stopped(message: string, session_id: string): TurnOutcome {
    return { status: "failed", kind: "unknown", message, retry: false, session_id, usage: this.#usage };
  }

  async #failed(error: unknown, session_id: string, limits: TurnLimits): Promise<TurnOutcome> {
    const usage = this.#usage;
    const { reason } = limits;
    if (reason === "cancelled") return { status: "cancelled", session_id, usage };
    if (reason !== undefined) {
      const { idle_timeout_ms, turn_timeout_ms } = this.#deps.turn;
      const message =
        reason === "timeout_idle"
          ? `The agent was silent for ${idle_timeout_ms} ms.`
          : `The turn took longer than ${turn_timeout_ms} ms.`;
      return { status: "failed", kind: reason, message, retry: true, session_id, usage };
    }
    const failure = await providerFailure(error, this.#deps.clock.now());
    return { status: "failed", ...failure, session_id, usage };
  }
}

/** Leaves out an end that asks for tools nobody answered: no endpoint takes such a history back. */
function answered(messages: readonly ModelMessage[]): ModelMessage[] {
  const done = new Set(
    messages.flatMap((message) =>
      message.role === "tool"
        ? message.content.flatMap((part) => (part.type === "tool-result" ? [part.toolCallId] : []))
        : [],
    ),
  );
  const open = messages.findIndex(
    (message) =>
      message.role === "assistant" &&
      typeof message.content !== "string" &&
      message.content.some((part) => part.type === "tool-call" && !done.has(part.toolCallId)),
  );
  return open < 0 ? [...messages] : messages.slice(0, open);
}
