import { z } from "zod";
import { parseLine } from "../json-line.ts";
import type { TurnMark } from "../turn-marks.ts";
import { type PiecedLine, WholeTexts } from "../whole-texts.ts";

const Chunk = z.looseObject({
  params: z.looseObject({
    sessionId: z.string().optional(),
    update: z.looseObject({
      sessionUpdate: z.enum(["user_message_chunk", "agent_message_chunk", "agent_thought_chunk"]),
      messageId: z.string().nullish(),
      content: z.looseObject({ text: z.string() }),
    }),
  }),
});

/** What ends an open message besides a piece of another one: a tool call, a plan, or an answer to a request. */
const Ending = z.union([
  z.looseObject({
    params: z.looseObject({
      update: z.looseObject({ sessionUpdate: z.enum(["tool_call", "tool_call_update", "plan"]) }),
    }),
  }),
  z.looseObject({ id: z.union([z.string(), z.number()]), method: z.undefined().optional() }),
]);

/** The piece of a message in a line of an ACP agent. */
export function messagePiece(line: string): PiecedLine | undefined {
  if (!line.includes("_chunk")) return undefined;
  const parsed = parseLine(Chunk, line);
  if (parsed === undefined) return undefined;
  const { sessionId = "", update } = parsed.params;
  const { content, messageId, sessionUpdate } = update;
  const replace = (text: string) => {
    content.text = text;
  };
  const of = [sessionId, sessionUpdate, messageId ?? ""].join(" ");
  return { pieces: [{ of, text: content.text, replace }], line: () => JSON.stringify(parsed) };
}

/** Keeps the messages of an ACP agent whole in its recording, as today's adapter puts them together. */
export class RecordedMessages {
  readonly #texts: WholeTexts;
  #open: string | undefined;

  constructor(keep: (mark: TurnMark) => void) {
    this.#texts = new WholeTexts(messagePiece, keep);
  }

  /** A line as it may be recorded. */
  recordable(line: string): string {
    const of = messagePiece(line)?.pieces[0]?.of;
    if (of === undefined ? parseLine(Ending, line) !== undefined : of !== this.#open) this.end();
    if (of !== undefined) this.#open = of;
    return this.#texts.recordable(line);
  }

  /** The message that is open is over. */
  end(): void {
    this.#open = undefined;
    this.#texts.end();
  }
}
