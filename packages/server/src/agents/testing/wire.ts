import { anthropicError, anthropicFrames, anthropicMessage, readAnthropic } from "./anthropic-wire.ts";
import { chatFrames, chatMessage, readChat } from "./chat-wire.ts";
import type { ModelCall } from "./conversation.ts";
import { geminiError, geminiFrames, geminiMessage, isGeminiPath, readGemini } from "./gemini-wire.ts";
import { ollamaError, ollamaFrames, ollamaMessage, readOllama } from "./ollama-wire.ts";
import { openaiError, readResponses, responsesFrames, responsesMessage } from "./responses-wire.ts";
import type { Reply } from "./script.ts";

/** One server-sent event. */
export interface Frame {
  readonly event?: string;
  readonly data: object;
}

/** How one vendor's API reads a call and writes an answer or an error. */
export interface Wire {
  read(body: unknown): ModelCall;
  message(model: string, reply: Extract<Reply, { kind: "answer" }>): object;
  frames(model: string, reply: Extract<Reply, { kind: "answer" }>): Frame[];
  error(reply: Extract<Reply, { kind: "error" }>): object;
  /** A closing line that is not JSON, where the API has one. */
  readonly last?: string;
  /** True where frames are lines of JSON instead of server-sent events. */
  readonly lines?: true;
}

/** The wire format served at a path, with or without the `/v1` prefix that some clients leave out. */
export function wireAt(path: string): Wire | undefined {
  if (/^(\/v1)?\/messages$/.test(path))
    return { read: readAnthropic, message: anthropicMessage, frames: anthropicFrames, error: anthropicError };
  if (/^(\/v1)?\/responses$/.test(path))
    return { read: readResponses, message: responsesMessage, frames: responsesFrames, error: openaiError };
  if (/^(\/v1)?\/chat\/completions$/.test(path))
    return { read: readChat, message: chatMessage, frames: chatFrames, error: openaiError, last: "[DONE]" };
  if (isGeminiPath(path))
    return {
      read: (body) => readGemini(body, path),
      message: geminiMessage,
      frames: geminiFrames,
      error: geminiError,
    };
  if (/^(\/api)?\/chat$/.test(path))
    return {
      read: readOllama,
      message: ollamaMessage,
      frames: ollamaFrames,
      error: ollamaError,
      lines: true,
    };
  return undefined;
}
