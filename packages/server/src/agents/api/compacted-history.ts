import type { ModelMessage } from "ai";
import type { Usage } from "../port.ts";
import type { Emit } from "../turn-frame.ts";
import { compacted, cutAt, nearlyFull, SUMMARY_INSTRUCTIONS, tokensOf, transcript } from "./compaction.ts";
import { modelStep, type StepRequest } from "./model-step.ts";
import type { ScopedRules } from "./scoped-rules.ts";

interface CompactedHistoryDeps {
  /** The conversation; changed in place. The newest request is its last message. */
  readonly messages: ModelMessage[];
  /** How the model is asked. */
  readonly request: StepRequest;
  readonly context_tokens: number;
  readonly max_tokens: number;
  readonly emit: Emit;
  /** Told of what a summary costs. */
  readonly count: (usage: Usage) => void;
  readonly rules: Pick<ScopedRules, "forget">;
}

/**
 * Keeps a conversation within what the model can hold: near the limit its older part is summarised by the model into one
 * message. People see that it happened, and the summary.
 */
export class CompactedHistory {
  readonly #deps: CompactedHistoryDeps;
  readonly #request: ModelMessage | undefined;
  /** What the model counted last, and how many messages that was for. */
  #used = 0;
  #counted = 0;
  #summaries = 0;

  constructor(deps: CompactedHistoryDeps) {
    this.#deps = deps;
    this.#request = deps.messages.at(-1);
  }

  /** The model counted this for the conversation with its newest answer. */
  counted(usage: Usage, answer: readonly ModelMessage[]): void {
    this.#used = usage.total_tokens;
    this.#counted = this.#deps.messages.length + answer.length;
  }

  /** To be called before the model is asked. */
  async beforeStep(): Promise<void> {
    const { messages, context_tokens, max_tokens } = this.#deps;
    if (nearlyFull(context_tokens, max_tokens, this.#used, messages.slice(this.#counted)))
      await this.shorten();
  }

  /** Summarises the older part now. False when there is nothing to summarise. */
  async shorten(): Promise<boolean> {
    const { messages, context_tokens, emit, rules } = this.#deps;
    // What the model counts may be more than the rough count: the newest part is measured by the model's.
    const scale = Math.max(1, this.#used / tokensOf(messages));
    const cut = cutAt(messages, context_tokens / scale);
    const request = this.#request;
    // One summary alone is not summarised again: it would only lose more.
    if (cut === undefined || request === undefined || (cut === 1 && this.#summaries > 0)) return false;
    const before = Math.max(this.#used, tokensOf(messages));
    const summary = await this.#summarise(messages.slice(0, cut));
    const shorter = compacted(messages, cut, summary, request);
    messages.splice(0, messages.length, ...shorter);
    this.#used = 0;
    this.#counted = 0;
    this.#summaries += 1;
    rules.forget();
    const words = `about ${before} of ${context_tokens} tokens`;
    const message = `The conversation had ${words}; its ${cut} oldest messages were summarised by the model.`;
    emit({ type: "warning", message });
    const item = {
      id: `summary-${this.#summaries}`,
      kind: "reasoning",
      name: "summary",
      text: summary,
    } as const;
    emit({ type: "item", phase: "completed", item });
    return true;
  }

  async #summarise(older: readonly ModelMessage[]): Promise<string> {
    const { request, context_tokens, count } = this.#deps;
    const content = `Summarise this conversation:\n\n${transcript(older, context_tokens)}`;
    const quiet: StepRequest = {
      ...request,
      instructions: SUMMARY_INSTRUCTIONS,
      messages: [{ role: "user", content }],
      tools: {},
      emit: () => undefined,
    };
    const answer = await modelStep(quiet);
    count(answer.usage);
    if (answer.text.trim() === "")
      throw new Error("The model gave no summary of a conversation that is too long.");
    return answer.text.trim();
  }
}
