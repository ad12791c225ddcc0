import { z } from "zod";
import { type HistoryEntry, type ModelCall, withoutReminders } from "./conversation.ts";
import type { Reply } from "./script.ts";
import type { Frame } from "./wire.ts";

const Part = z.looseObject({ type: z.string(), text: z.string().optional() });
const Item = z.looseObject({
  type: z.string().optional(),
  role: z.string().optional(),
  content: z.union([z.string(), z.array(Part)]).nullish(),
});
const Body = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  tools: z.array(z.looseObject({ name: z.string().optional() })).optional(),
  input: z.union([z.string(), z.array(Item)]),
});

/** Reads a call of the OpenAI Responses API (platform.openai.com/docs/api-reference/responses). */
export function readResponses(body: unknown): ModelCall {
  const request = Body.parse(body);
  const items =
    typeof request.input === "string" ? [{ role: "user", content: request.input }] : request.input;
  return {
    protocol: "openai_responses",
    model: request.model,
    stream: request.stream ?? false,
    tools: (request.tools ?? []).flatMap((tool) => (tool.name === undefined ? [] : [tool.name])),
    history: items.flatMap(entryOf),
  };
}

function entryOf(item: z.infer<typeof Item>): HistoryEntry[] {
  if (item.type?.endsWith("_call_output")) return [{ kind: "tool_result", text: "" }];
  if (item.type?.endsWith("_call")) return [{ kind: "answer", text: "" }];
  if (item.type !== undefined && item.type !== "message") return [];
  const parts =
    typeof item.content === "string" ? [{ type: "text", text: item.content }] : (item.content ?? []);
  const text = parts.map((part) => part.text ?? "").join("\n");
  if (item.role === "assistant") return [{ kind: "answer", text }];
  if (item.role !== "user") return [];
  const words = withoutContext(withoutReminders(text));
  return words === "" ? [] : [{ kind: "prompt", text: words }];
}

/** Codex sends its context as user messages: whole blocks in a tag, and the repository's AGENTS.md. */
function withoutContext(text: string): string {
  if (
    /^<(environment_context|user_instructions|permissions|collaboration_mode|skills_instructions)\b/.test(
      text,
    )
  )
    return "";
  return /^# AGENTS\.md instructions/.test(text) ? "" : text;
}

/** The finished answer as one JSON document. */
export function responsesMessage(model: string, reply: Extract<Reply, { kind: "answer" }>): object {
  const { input_tokens, output_tokens, cached_tokens } = reply.usage;
  return {
    id: `resp_scripted_${reply.id}`,
    object: "response",
    created_at: 0,
    status: "completed",
    model,
    output: itemsOf(reply),
    usage: {
      input_tokens,
      input_tokens_details: { cached_tokens },
      output_tokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input_tokens + output_tokens,
    },
  };
}

/** The answer as server-sent events. */
export function responsesFrames(model: string, reply: Extract<Reply, { kind: "answer" }>): Frame[] {
  const frames: Frame[] = [
    typed("response.created", {
      response: { id: `resp_scripted_${reply.id}`, created_at: 0, model, output: [] },
    }),
  ];
  itemsOf(reply).forEach((item, output_index) => {
    frames.push(typed("response.output_item.added", { output_index, item }));
    if (item.type === "message")
      frames.push(typed("response.output_text.delta", { output_index, item_id: item.id, delta: reply.text }));
    frames.push(typed("response.output_item.done", { output_index, item }));
  });
  frames.push(typed("response.completed", { response: responsesMessage(model, reply) }));
  return frames;
}

/** An error in the shape of this API and of Chat Completions. */
export function openaiError({ type, message, details }: Extract<Reply, { kind: "error" }>): object {
  return { error: { type, message, code: type, param: null, ...details } };
}

function itemsOf(reply: Extract<Reply, { kind: "answer" }>) {
  const items: { type: string; id: string; [key: string]: unknown }[] = [];
  if (reply.text !== "") {
    const content = [{ type: "output_text", text: reply.text, annotations: [] }];
    items.push({
      type: "message",
      id: `msg_scripted_${reply.id}`,
      role: "assistant",
      status: "completed",
      content,
    });
  }
  for (const call of reply.calls) {
    const rest = { call_id: `call_${call.id}`, ...named(call.name), arguments: JSON.stringify(call.input) };
    items.push({ type: "function_call", id: `fc_${call.id}`, status: "completed", ...rest });
  }
  return items;
}

/** Codex keeps the tools of a server in a namespace: `mcp__server/tool` in a script. */
function named(tool: string): { name: string; namespace?: string } {
  const [, namespace, name] = /^(\w+)\/(.+)$/.exec(tool) ?? [];
  return namespace === undefined || name === undefined ? { name: tool } : { name, namespace };
}

function typed(type: string, data: object): Frame {
  return { event: type, data: { type, ...data } };
}
