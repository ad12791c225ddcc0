import type { Clock } from "@harness/protocol";
import type { ModelMessage } from "ai";
import type { FramedTurn } from "../framed-turn.ts";
import type { AgentItem, AgentTurn, TurnOutcome, Usage } from "../port.ts";
import type { Emit } from "../turn-frame.ts";
import type { ConversationHistory, StoredConversation } from "./history.ts";
import { instructionsFor, jsonAnswer } from "./instructions.ts";
import { TurnLimits } from "./limits.ts";
import { modelStep, type RequestedCall } from "./model-step.ts";
import { type ApiEndpoint, languageModel } from "./provider.ts";
import { providerFailure } from "./provider-failure.ts";
import { type BoundTool, type ToolAnswer, type ToolContext, toolsFor } from "./tools.ts";

const DEFAULT_MAX_STEPS = 100;

/** What one turn of a model endpoint is made of. */
export interface ApiTurnDeps {
  readonly turn: FramedTurn;
  readonly emit: Emit;
  readonly endpoint: ApiEndpoint;
  readonly model: string;
  readonly max_tokens: number;
  readonly history: ConversationHistory;
  readonly context: ToolContext;
  readonly clock: Clock;
}

/**
 * One turn with a model endpoint: ask the model, do what it asks with the tools under policy, ask again, until it
 * answers without asking for anything. The conversation is saved after every step.
 */
export class ApiTurn {
  readonly #deps: ApiTurnDeps;
  readonly #tools: Readonly<Record<string, BoundTool>>;
  #usage: Usage | null = null;
  #shown_model: string;

  constructor(deps: ApiTurnDeps) {
    this.#deps = deps;
    this.#tools = toolsFor(deps.turn.access);
    this.#shown_model = deps.model;
  }

  async run(): Promise<TurnOutcome> {
    const { turn, emit, history, model } = this.#deps;
    using limits = new TurnLimits(turn);
    const conversation = await history.open(turn.session_id);
    const { session_id, resumed, messages } = conversation;
    const message = `The conversation ${turn.session_id} is not here any more; a new one was started.`;
    if (turn.session_id !== undefined && !resumed) emit({ type: "warning", message });
    emit({ type: "started", session_id, model });
    messages.push({ role: "user", content: turn.prompt });
    try {
      return await this.#converse(conversation, limits);
    } catch (error) {
      return this.#failed(error, session_id, limits);
    } finally {
      await history.save({ ...conversation, messages: answered(messages) });
    }
  }

  async #converse(conversation: StoredConversation, limits: TurnLimits): Promise<TurnOutcome> {
    const { turn, emit, endpoint, history, context, max_tokens } = this.#deps;
    const { session_id, messages } = conversation;
    const instructions = await instructionsFor(turn, context.files);
    const model = await languageModel(endpoint, this.#deps.model);
    const request = { model, instructions, messages, tools: this.#tools, max_tokens, emit };
    const steps = turn.max_turns ?? DEFAULT_MAX_STEPS;
    for (let step = 0; step < steps; step += 1) {
      const answer = await modelStep({ ...request, signal: limits.signal, touch: () => limits.touch() });
      this.#count(answer.usage, answer.model);
      messages.push(...answer.messages);
      const item = { id: `message-${messages.length}`, kind: "message", text: answer.text } as const;
      if (answer.text !== "") emit({ type: "item", phase: "completed", item });
      if (answer.calls.length === 0) {
        const final_text = turn.output_schema === undefined ? answer.text : jsonAnswer(answer.text);
        return { status: "completed", final_text, session_id, usage: this.#usage, observed_activity: false };
      }
      for (const call of answer.calls) messages.push(await this.#perform(call, limits));
      await history.save(conversation);
    }
    const message = `The turn reached its limit of ${steps} steps.`;
    return { status: "failed", kind: "unknown", message, retry: false, session_id, usage: this.#usage };
  }

  async #perform(call: RequestedCall, limits: TurnLimits): Promise<ModelMessage> {
    limits.signal.throwIfAborted();
    const answer = await this.#answer(call, limits.signal);
    limits.signal.throwIfAborted();
    limits.touch();
    const output = { type: answer.failed === true ? "error-text" : "text", value: answer.text } as const;
    const result = { type: "tool-result", toolCallId: call.id, toolName: call.name, output } as const;
    return { role: "tool", content: [result] };
  }

  async #answer(call: RequestedCall, signal: AbortSignal): Promise<ToolAnswer> {
    const { emit, turn, context } = this.#deps;
    const prepared = this.#tools[call.name]?.prepare(call.input) ?? {
      invalid: `There is no tool ${call.name}.`,
    };
    if ("invalid" in prepared) return { text: prepared.invalid, failed: true };
    const item: AgentItem = { id: call.id, ...prepared.item };
    emit({ type: "item", phase: "started", item });
    const refusal = prepared.action === undefined ? undefined : await this.#ask(call, prepared.action);
    const answer = refusal ?? (await prepared.run({ ...context, turn: { ...turn, signal } }));
    const { text: output, failed, exit_code } = answer;
    emit({ type: "item", phase: "completed", item: { ...item, output, failed, exit_code } });
    return answer;
  }

  async #ask(
    call: RequestedCall,
    action: Parameters<AgentTurn["approve"]>[0],
  ): Promise<ToolAnswer | undefined> {
    const { decision, reason } = await this.#deps.turn.approve(action);
    const [path] = action.paths;
    const what = { name: action.tool, command: action.command, path, text: action.summary };
    const item: AgentItem = { id: `approval-${call.id}`, kind: "approval", ...what, decision, reason };
    this.#deps.emit({ type: "item", phase: "completed", item });
    return decision === "allow" ? undefined : { text: `Refused: ${reason}`, failed: true };
  }

  #count(step: Usage, model: string | undefined): void {
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
    emit({
      type: "warning",
      message: `The answer came from the model ${model}, not from ${this.#shown_model}.`,
    });
    this.#shown_model = model;
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
