import { z } from "zod";
import { parseLine } from "../json-line.ts";
import type { Piece, PiecedLine } from "../whole-texts.ts";

const Loose = z.record(z.string(), z.unknown());

/** One line of a streamed answer, as far as pieces of texts are in it, in the form of each protocol. */
const AnswerLine = z.looseObject({
  /** Anthropic and Responses say which text it is. */
  index: z.number().optional(),
  item_id: z.string().optional(),
  content_index: z.number().optional(),
  delta: z.union([z.string(), Loose]).optional(),
  /** Chat Completions. */
  choices: z
    .array(
      z.looseObject({
        delta: z
          .looseObject({
            tool_calls: z
              .array(z.looseObject({ index: z.number().optional(), function: Loose.nullish() }))
              .nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
  /** Ollama. */
  message: Loose.nullish(),
});

/** The pieces of texts in a line of a streamed answer: what is said, thought, or asked of a tool. */
export function answerPieces(line: string): PiecedLine | undefined {
  const [, before = "", json = ""] = /^(data:\s*)?(\{.*)$/s.exec(line) ?? [];
  const parsed = json === "" ? undefined : parseLine(AnswerLine, json);
  if (parsed === undefined) return undefined;
  const { delta, choices, message } = parsed;
  const which = [parsed.item_id, parsed.index, parsed.content_index].join(" ");
  const pieces: Piece[] = [];
  const add = (from: Record<string, unknown>, names: readonly string[], of: string) => {
    for (const name of names) pieces.push(...pieceOf(from, name, `${of} ${name}`));
  };
  if (typeof delta === "string") add(parsed, ["delta"], which);
  else if (delta !== undefined) add(delta, ["text", "thinking", "partial_json"], which);
  for (const [n, choice] of (choices ?? []).entries()) {
    if (choice.delta == null) continue;
    add(choice.delta, ["content", "reasoning_content", "reasoning"], `choice ${n}`);
    for (const [position, call] of (choice.delta.tool_calls ?? []).entries())
      if (call.function != null) add(call.function, ["arguments"], `call ${n} ${call.index ?? position}`);
  }
  if (message != null) add(message, ["content", "thinking"], "message");
  return pieces.length === 0 ? undefined : { pieces, line: () => `${before}${JSON.stringify(parsed)}` };
}

function pieceOf(from: Record<string, unknown>, name: string, of: string): Piece[] {
  const text = from[name];
  if (typeof text !== "string" || text === "") return [];
  const replace = (other: string) => {
    from[name] = other;
  };
  return [{ of, text, replace }];
}
