import { z } from "zod";
import { parseLine } from "../json-line.ts";

const Chunk = z.looseObject({
  params: z.looseObject({
    update: z.looseObject({
      sessionUpdate: z.enum(["user_message_chunk", "agent_message_chunk", "agent_thought_chunk"]),
      content: z.looseObject({ text: z.string() }),
    }),
  }),
});

/**
 * A line with the piece of a message in it blanked, for a recording: a secret spread over several pieces would not be
 * found in any of them. The number of characters stays.
 */
export function blankChunk(line: string): string {
  if (!line.includes("_chunk")) return line;
  const parsed = parseLine(Chunk, line);
  if (parsed === undefined) return line;
  const { params } = parsed;
  const { update } = params;
  const content = { ...update.content, text: "·".repeat(update.content.text.length) };
  return JSON.stringify({ ...parsed, params: { ...params, update: { ...update, content } } });
}
