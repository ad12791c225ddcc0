import { z } from "zod";
import { type HistoryEntry, type ModelCall, withoutReminders } from "./conversation.ts";
import type { Reply } from "./script.ts";
import type { Frame } from "./wire.ts";

const Part = z.looseObject({
  text: z.string().optional(),
  functionCall: z.unknown().optional(),
  functionResponse: z.unknown().optional(),
});
type Part = z.infer<typeof Part>;
const Body = z.looseObject({
  contents: z.array(z.looseObject({ role: z.string().optional(), parts: z.array(Part) })),
  tools: z
    .array(z.looseObject({ functionDeclarations: z.array(z.looseObject({ name: z.string() })).optional() }))
    .optional(),
});

/** Where the Gemini API is served; the model and whether to stream stand in the path. */
const PATH = /^\/v1(?:beta)?\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;

/** True for a path of the Gemini API that is asked for content. */
export function isGeminiPath(path: string): boolean {
  return PATH.test(path);
}

/** Reads a call of the Gemini API (ai.google.dev/api/generate-content), whose model stands in its path. */
export function readGemini(body: unknown, path: string): ModelCall {
  const request = Body.parse(body);
  const [, model = "", method] = PATH.exec(path) ?? [];
  const declared = (request.tools ?? []).flatMap((tool) => tool.functionDeclarations ?? []);
  return {
    protocol: "gemini",
    model,
    stream: method === "streamGenerateContent",
    tools: declared.map(({ name }) => name),
    history: request.contents.flatMap(({ role, parts }) => entryOf(role, parts)),
  };
}

function entryOf(role: string | undefined, parts: readonly Part[]): HistoryEntry[] {
  const text = parts.map((part) => withoutContext(part.text ?? "")).join("\n");
  if (role === "model") return [{ kind: "answer", text }];
  if (parts.some((part) => part.functionResponse !== undefined)) return [{ kind: "tool_result", text: "" }];
  const words = withoutReminders(text);
  return words === "" ? [] : [{ kind: "prompt", text: words }];
}

/** Gemini CLI sends what it knows of the workspace as a user message of its own, in a tag. */
function withoutContext(text: string): string {
  return text.replace(/<session_context>[\s\S]*?<\/session_context>/g, "");
}

/** The answer as one JSON document. */
export function geminiMessage(model: string, reply: Extract<Reply, { kind: "answer" }>): object {
  const parts: object[] = reply.text === "" ? [] : [{ text: reply.text }];
  for (const { id, name, input } of reply.calls) parts.push({ functionCall: { id, name, args: input } });
  const { input_tokens, output_tokens, cached_tokens } = reply.usage;
  return {
    responseId: `resp_scripted_${reply.id}`,
    modelVersion: model,
    candidates: [{ index: 0, content: { role: "model", parts }, finishReason: "STOP" }],
    usageMetadata: {
      promptTokenCount: input_tokens,
      candidatesTokenCount: output_tokens,
      cachedContentTokenCount: cached_tokens,
      totalTokenCount: input_tokens + output_tokens,
    },
  };
}

/** The answer as server-sent events: this API may send all of it in one. */
export function geminiFrames(model: string, reply: Extract<Reply, { kind: "answer" }>): Frame[] {
  return [{ data: geminiMessage(model, reply) }];
}

/** An error in the shape of this API, which tells a used-up quota in details of its own. */
export function geminiError(reply: Extract<Reply, { kind: "error" }>): object {
  const { status, type, message, details } = reply;
  const resets_at = details["resets_at"];
  if (typeof resets_at !== "number")
    return { error: { code: status, status: type.toUpperCase(), message, details: [] } };
  const wait = Math.round(resets_at - Date.now() / 1000);
  const retry = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${wait}s` };
  const quota = `${message} You exceeded your current quota. Please retry in ${wait}s.`;
  return { error: { code: status, status: "RESOURCE_EXHAUSTED", message: quota, details: [retry] } };
}
