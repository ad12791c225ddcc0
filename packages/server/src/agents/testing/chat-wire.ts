import { z } from "zod";
import { type HistoryEntry, type ModelCall, withoutReminders } from "./conversation.ts";
import type { Reply } from "./script.ts";
import type { Frame } from "./wire.ts";

const Part = z.looseObject({ type: z.string(), text: z.string().optional() });
const Body = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).optional(),
  messages: z.array(
    z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(Part)]).nullish() }),
  ),
});

/** Reads a call of the Chat Completions API (platform.openai.com/docs/api-reference/chat). */
export function readChat(body: unknown): ModelCall {
  const request = Body.parse(body);
  return {
    protocol: "chat_completions",
    model: request.model,
    stream: request.stream ?? false,
    tools: (request.tools ?? []).map((tool) => tool.function.name),
    history: request.messages.flatMap(entryOf),
  };
}

function entryOf(message: z.infer<typeof Body>["messages"][number]): HistoryEntry[] {
  const { content } = message;
  const parts = typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
  const text = parts.map((part) => part.text ?? "").join("\n");
  if (message.role === "assistant") return [{ kind: "answer", text }];
  if (message.role === "tool") return [{ kind: "tool_result", text }];
  if (message.role !== "user") return [];
  const words = withoutReminders(text);
  return words === "" ? [] : [{ kind: "prompt", text: words }];
}

/** The answer as one JSON document. */
export function chatMessage(model: string, reply: Extract<Reply, { kind: "answer" }>): object {
  const message = {
    role: "assistant",
    content: reply.text === "" ? null : reply.text,
    ...(reply.calls.length > 0 ? { tool_calls: toolCalls(reply) } : {}),
  };
  const choice = { index: 0, message, finish_reason: finishReason(reply) };
  return { ...head(model, reply.id, "chat.completion"), choices: [choice], usage: usageOf(reply) };
}

/** The answer as server-sent events, ended by `[DONE]`. */
export function chatFrames(model: string, reply: Extract<Reply, { kind: "answer" }>): Frame[] {
  const chunk = (delta: object, finish_reason: string | null): Frame => ({
    data: {
      ...head(model, reply.id, "chat.completion.chunk"),
      choices: [{ index: 0, delta, finish_reason }],
    },
  });
  const frames = [chunk({ role: "assistant", content: reply.text }, null)];
  if (reply.calls.length > 0) frames.push(chunk({ tool_calls: toolCalls(reply) }, null));
  frames.push(chunk({}, finishReason(reply)));
  frames.push({
    data: { ...head(model, reply.id, "chat.completion.chunk"), choices: [], usage: usageOf(reply) },
  });
  return frames;
}

function head(model: string, id: string, object: string): object {
  return { id: `chatcmpl_scripted_${id}`, object, created: 0, model };
}

function toolCalls(reply: Extract<Reply, { kind: "answer" }>): object[] {
  return reply.calls.map((call, index) => ({
    index,
    id: `call_${call.id}`,
    type: "function",
    function: { name: call.name, arguments: JSON.stringify(call.input) },
  }));
}

function finishReason(reply: Extract<Reply, { kind: "answer" }>): string {
  return reply.calls.length > 0 ? "tool_calls" : "stop";
}

function usageOf(reply: Extract<Reply, { kind: "answer" }>): object {
  const { input_tokens, output_tokens, cached_tokens } = reply.usage;
  return {
    prompt_tokens: input_tokens,
    completion_tokens: output_tokens,
    total_tokens: input_tokens + output_tokens,
    prompt_tokens_details: { cached_tokens },
  };
}
