import type { ModelMessage } from "ai";
import { z } from "zod";
import type { TurnMark } from "../turn-marks.ts";
import type { ApiTurnDeps } from "./api-turn.ts";
import type { StopReason } from "./limits.ts";
import { apiProtocols, contextOf } from "./provider.ts";

const DEFAULT_MAX_STEPS = 100;

/** What a turn of an endpoint is made from besides its traffic. */
export const MadeFrom = z.object({
  protocol: z.enum(apiProtocols),
  model: z.string(),
  /** Whether there was somebody to ask. */
  asks: z.boolean(),
  max_tokens: z.number(),
  max_steps: z.number(),
  max_turn_tokens: z.number().nullable(),
  context_tokens: z.number(),
  /** What had been said before: by whom, and how long it is. When a conversation is shortened depends on it. */
  before: z.array(z.object({ role: z.enum(["system", "user", "assistant", "tool"]), chars: z.number() })),
});
type MadeFrom = z.infer<typeof MadeFrom>;

/** Most calls of the model in this turn. */
export function stepsOf({ turn, max_steps = DEFAULT_MAX_STEPS }: ApiTurnDeps): number {
  return Math.min(turn.max_turns ?? max_steps, max_steps);
}

/** Says what the turn is made from, for its recording. */
export function madeFromMark(deps: ApiTurnDeps, messages: readonly ModelMessage[]): TurnMark {
  const { turn, endpoint, model, max_tokens, max_turn_tokens = null } = deps;
  const made_from: MadeFrom = {
    protocol: endpoint.protocol,
    model,
    asks: turn.ask !== undefined,
    max_tokens,
    max_steps: stepsOf(deps),
    max_turn_tokens,
    context_tokens: contextOf(endpoint),
    before: messages.map((message) => ({ role: message.role, chars: JSON.stringify(message).length })),
  };
  return { made_from };
}

/** Messages that take as much room as those before the turn. What they said, no one reads in a turn played again. */
export function messagesBefore({ before }: MadeFrom): ModelMessage[] {
  return before.map(({ role, chars }): ModelMessage => {
    const message = (text: string): ModelMessage =>
      role === "tool" ? { role, content: [toolResult(text)] } : { role, content: text };
    return message("·".repeat(Math.max(1, chars - JSON.stringify(message("")).length)));
  });
}

/** Says that the turn is over, and whether its time was. */
export function overMark(reason: StopReason | undefined): TurnMark {
  const ended = reason === undefined ? "exited" : reason === "cancelled" ? "aborted" : reason;
  return { exited: { exit_code: null, signal: null, reason: ended } };
}

function toolResult(value: string) {
  const output = { type: "text", value } as const;
  return { type: "tool-result", toolCallId: "before", toolName: "before", output } as const;
}
