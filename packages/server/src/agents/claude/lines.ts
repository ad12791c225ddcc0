import { z } from "zod";
import { parseLine } from "../json-line.ts";

const Block = z.looseObject({
  type: z.string(),
  id: z.string().optional(),
  text: z.string().optional(),
  thinking: z.string().optional(),
  name: z.string().optional(),
  input: z.unknown().optional(),
  tool_use_id: z.string().optional(),
  content: z.unknown().optional(),
  is_error: z.boolean().nullish(),
});
export type ClaudeBlock = z.infer<typeof Block>;

const ModelUsage = z.looseObject({
  input_tokens: z.number().optional(),
  output_tokens: z.number().optional(),
  cache_read_input_tokens: z.number().nullish(),
  cache_creation_input_tokens: z.number().nullish(),
});
export type ClaudeUsage = z.infer<typeof ModelUsage>;

/** What Claude Code asks of its host. */
export const ClaudeRequest = z.looseObject({
  subtype: z.string(),
  tool_name: z.string().optional(),
  input: z.record(z.string(), z.unknown()).optional(),
  description: z.string().optional(),
  blocked_path: z.string().optional(),
  decision_reason: z.string().optional(),
  tool_use_id: z.string().optional(),
});
export type ClaudeRequest = z.infer<typeof ClaudeRequest>;

/**
 * One record of the stream (Claude Code 2.1, `--output-format stream-json`). Tool calls and their results are
 * blocks inside `assistant` and `user` messages. Types this adapter does not use pass as they are.
 */
export const ClaudeLine = z.looseObject({
  type: z.string(),
  subtype: z.string().optional(),
  session_id: z.string().optional(),
  uuid: z.string().optional(),
  model: z.string().optional(),
  /** Of `init`: what this version can do. */
  capabilities: z.array(z.string()).optional().catch(undefined),
  /** Of `command_lifecycle`: which message, and what became of it. */
  command_uuid: z.string().optional(),
  state: z.string().optional(),
  parent_tool_use_id: z.string().nullish(),
  message: z
    .looseObject({
      id: z.string().optional(),
      model: z.string().optional(),
      content: z.union([z.string(), z.array(Block)]).optional(),
      usage: ModelUsage.nullish(),
    })
    .optional(),
  event: z.looseObject({ type: z.string(), delta: z.unknown().optional() }).optional(),
  request_id: z.string().optional(),
  request: ClaudeRequest.optional(),
  rate_limit_info: z
    .looseObject({
      status: z.string(),
      resetsAt: z.number().optional(),
      rateLimitType: z.string().optional(),
    })
    .optional(),
  is_error: z.boolean().optional(),
  is_api_error_message: z.boolean().optional(),
  result: z.string().nullish(),
  errors: z.array(z.string()).optional(),
  structured_output: z.unknown().optional(),
  api_error_status: z.number().nullish(),
  usage: ModelUsage.nullish(),
  total_cost_usd: z.number().nullish(),
  model_usage_since_last_result: z
    .record(z.string(), z.looseObject({ costUSD: z.number().optional() }))
    .optional(),
  error_status: z.number().nullish(),
  error: z.unknown().optional(),
});
export type ClaudeLine = z.infer<typeof ClaudeLine>;

/** The text of a streamed delta, when it is one. */
export const TextDelta = z.looseObject({ type: z.literal("text_delta"), text: z.string() });

/** Records that say nothing about what the agent does: answers to us, signs of life, the program's own business. */
export const QUIET_RECORDS: ReadonlySet<string> = new Set([
  "auth_status",
  "control_cancel_request",
  "control_response",
  "keep_alive",
  "prompt_suggestion",
  "streamlined_text",
  "streamlined_tool_use_summary",
  "tool_progress",
  "tool_use_summary",
  "transcript_mirror",
]);

const Piece = z.looseObject({
  type: z.literal("stream_event"),
  event: z.looseObject({ delta: z.record(z.string(), z.unknown()) }),
});

/**
 * A line with the piece of text in it blanked, when it holds one: the whole text comes again in a message. The number
 * of characters stays.
 */
export function blankDelta(line: string): string {
  if (!line.includes('"content_block_delta"')) return line;
  const parsed = parseLine(Piece, line);
  if (parsed === undefined) return line;
  const { event } = parsed;
  const delta = Object.fromEntries(
    Object.entries(event.delta).map(([name, value]) => [
      name,
      name !== "type" && typeof value === "string" ? "·".repeat(value.length) : value,
    ]),
  );
  return JSON.stringify({ ...parsed, event: { ...event, delta } });
}
