import { z } from "zod";
import { type HistoryEntry, type ModelCall, withoutReminders } from "./conversation.ts";
import type { Reply } from "./script.ts";
import type { Frame } from "./wire.ts";

const Block = z.looseObject({ type: z.string(), text: z.string().optional() });
const Body = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  tools: z.array(z.looseObject({ name: z.string() })).optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(Block)]) })),
});

/** Reads a call of the Anthropic Messages API (docs.anthropic.com/en/api/messages). */
export function readAnthropic(body: unknown): ModelCall {
  const request = Body.parse(body);
  return {
    protocol: "anthropic_messages",
    model: request.model,
    stream: request.stream ?? false,
    tools: (request.tools ?? []).map((tool) => tool.name),
    history: request.messages.flatMap(entryOf),
  };
}

function entryOf(message: z.infer<typeof Body>["messages"][number]): HistoryEntry[] {
  const blocks =
    typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
  const text = blocks.map((block) => block.text ?? "").join("\n");
  if (message.role === "assistant") return [{ kind: "answer", text }];
  if (message.role === "system") return steeringOf(text);
  if (message.role !== "user") return [];
  if (blocks.some((block) => block.type === "tool_result"))
    return [{ kind: "tool_result", text: "" }, ...blocks.flatMap((block) => steeringOf(block.text ?? ""))];
  const words = withoutReminders(text);
  return words === "" ? [] : [{ kind: "prompt", text: words }];
}

/** What a person said while an agent worked: Claude Code tells the model so in a message of the system, with an advice. */
function steeringOf(text: string): HistoryEntry[] {
  const said = /^The user sent a new message while you were working:\n([\s\S]*?)(?:\n\nThis is how|$)/.exec(
    text,
  )?.[1];
  return said === undefined ? [] : [{ kind: "prompt", text: said }];
}

/** The answer as one JSON document. */
export function anthropicMessage(model: string, reply: Extract<Reply, { kind: "answer" }>): object {
  const content: object[] = reply.text === "" ? [] : [{ type: "text", text: reply.text }];
  for (const call of reply.calls) content.push({ type: "tool_use", ...toolUse(call) });
  return {
    id: `msg_scripted_${reply.id}`,
    type: "message",
    role: "assistant",
    model,
    content,
    stop_reason: reply.calls.length > 0 ? "tool_use" : "end_turn",
    stop_sequence: null,
    usage: usageOf(reply),
  };
}

/** The answer as server-sent events. */
export function anthropicFrames(model: string, reply: Extract<Reply, { kind: "answer" }>): Frame[] {
  const message = { ...anthropicMessage(model, reply), content: [], stop_reason: null };
  const frames: Frame[] = [{ event: "message_start", data: { type: "message_start", message } }];
  let index = 0;
  const block = (start: object, delta: object) => {
    frames.push(
      typed("content_block_start", { index, content_block: start }),
      typed("content_block_delta", { index, delta }),
      typed("content_block_stop", { index }),
    );
    index += 1;
  };
  if (reply.text !== "") block({ type: "text", text: "" }, { type: "text_delta", text: reply.text });
  for (const call of reply.calls) {
    const start = { type: "tool_use", id: `toolu_${call.id}`, name: call.name, input: {} };
    block(start, { type: "input_json_delta", partial_json: JSON.stringify(call.input) });
  }
  const stop = { stop_reason: reply.calls.length > 0 ? "tool_use" : "end_turn", stop_sequence: null };
  frames.push(typed("message_delta", { delta: stop, usage: usageOf(reply) }), typed("message_stop", {}));
  return frames;
}

/** An error in the shape of this API. */
export function anthropicError({ type, message, details }: Extract<Reply, { kind: "error" }>): object {
  return { type: "error", error: { type, message, ...details }, request_id: "req_scripted" };
}

function toolUse(call: { id: string; name: string; input: unknown }): object {
  return { id: `toolu_${call.id}`, name: call.name, input: call.input };
}

function typed(type: string, data: object): Frame {
  return { event: type, data: { type, ...data } };
}

function usageOf(reply: Extract<Reply, { kind: "answer" }>): object {
  const { input_tokens, output_tokens, cached_tokens } = reply.usage;
  // This API counts cached input apart from `input_tokens`.
  return {
    input_tokens: Math.max(0, input_tokens - cached_tokens),
    output_tokens,
    cache_read_input_tokens: cached_tokens,
    cache_creation_input_tokens: 0,
  };
}
