/** The wire formats the scripted model speaks. */
export type WireProtocol =
  | "anthropic_messages"
  | "openai_responses"
  | "chat_completions"
  | "gemini"
  | "ollama_chat";

/** One entry of a history, whatever the wire format. */
export interface HistoryEntry {
  readonly kind: "prompt" | "answer" | "tool_result";
  readonly text: string;
}

/** What a model call asks, in words common to the wire formats. */
export interface ModelCall {
  readonly protocol: WireProtocol;
  readonly model: string;
  readonly stream: boolean;
  /** Names of the tools the client can execute. */
  readonly tools: readonly string[];
  readonly history: readonly HistoryEntry[];
}

/** Where a conversation stands: its newest prompt, how many it had, and the answers given since. */
export interface Position {
  readonly prompt: string;
  readonly turn: number;
  readonly answered: number;
}

/**
 * Finds the position in a history. Neighbouring prompts are one turn (clients put context into messages of their
 * own), and neighbouring answers are one answer (Responses splits text and calls into separate items).
 */
export function positionOf(history: readonly HistoryEntry[]): Position {
  let prompt = "";
  let turn = 0;
  let answered = 0;
  let previous: HistoryEntry["kind"] | undefined;
  for (const entry of history) {
    if (entry.kind === "prompt") {
      if (previous !== "prompt") turn += 1;
      prompt = previous === "prompt" ? `${prompt}\n${entry.text}` : entry.text;
      answered = 0;
    }
    if (entry.kind === "answer" && previous !== "answer") answered += 1;
    previous = entry.kind;
  }
  return { prompt, turn, answered };
}

/** Removes what clients add to a person's words: reminder blocks. */
export function withoutReminders(text: string): string {
  return text.replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, "").trim();
}
