import { z } from "zod";
import { type HistoryEntry, type ModelCall, withoutReminders } from "./conversation.ts";
import type { Reply } from "./script.ts";
import type { Frame } from "./wire.ts";

const Body = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.string().nullish() })),
});

/** Reads a call of Ollama's own chat API (github.com/ollama/ollama/blob/main/docs/api.md); it streams unless told. */
export function readOllama(body: unknown): ModelCall {
  const request = Body.parse(body);
  return {
    protocol: "ollama_chat",
    model: request.model,
    stream: request.stream ?? true,
    tools: (request.tools ?? []).map((tool) => tool.function.name),
    history: request.messages.flatMap(entryOf),
  };
}

function entryOf({ role, content }: z.infer<typeof Body>["messages"][number]): HistoryEntry[] {
  const text = content ?? "";
  if (role === "assistant") return [{ kind: "answer", text }];
  if (role === "tool") return [{ kind: "tool_result", text }];
  if (role !== "user") return [];
  const words = withoutReminders(text);
  return words === "" ? [] : [{ kind: "prompt", text: words }];
}

/** The answer as one JSON document. */
export function ollamaMessage(model: string, reply: Extract<Reply, { kind: "answer" }>): object {
  return { ...part(model, reply.text, calls(reply)), ...end(reply) };
}

/** The answer as JSON lines: text, calls, and the counts at the end. */
export function ollamaFrames(model: string, reply: Extract<Reply, { kind: "answer" }>): Frame[] {
  const frames: Frame[] = reply.text === "" ? [] : [{ data: { ...part(model, reply.text), done: false } }];
  if (reply.calls.length > 0) frames.push({ data: { ...part(model, "", calls(reply)), done: false } });
  return [...frames, { data: { ...part(model, ""), ...end(reply) } }];
}

/** An error as Ollama writes it: words and nothing else. */
export function ollamaError(reply: Extract<Reply, { kind: "error" }>): object {
  return { error: reply.message };
}

function part(model: string, content: string, tool_calls?: object[]): object {
  const message = { role: "assistant", content, ...(tool_calls ? { tool_calls } : {}) };
  return { model, created_at: "2026-01-01T00:00:00Z", message };
}

function calls(reply: Extract<Reply, { kind: "answer" }>): object[] {
  return reply.calls.map(({ id, name, input }) => ({
    id: `call_${id}`,
    function: { name, arguments: input },
  }));
}

function end({ usage }: Extract<Reply, { kind: "answer" }>): object {
  const counts = { prompt_eval_count: usage.input_tokens, eval_count: usage.output_tokens };
  return {
    done: true,
    done_reason: "stop",
    total_duration: 1,
    load_duration: 1,
    eval_duration: 1,
    ...counts,
  };
}
