import { z } from "zod";

/**
 * What happened to a turn besides its raw traffic, and is needed to play it again: written between the lines of a
 * recording, as JSON. `asked` counts the questions of the turn, permissions and others in one row.
 */
export const TurnMark = z.union([
  /** What the adapter made its dialect from, where the traffic alone does not tell. */
  z.strictObject({ made_from: z.record(z.string(), z.json()) }),
  z.strictObject({
    asked: z.int().min(0),
    answer: z.strictObject({ decision: z.enum(["allow", "deny"]), reason: z.string() }),
  }),
  z.strictObject({ asked: z.int().min(0), answers: z.record(z.string(), z.string()).nullable() }),
  z.strictObject({ asked: z.int().min(0), unanswered: z.string() }),
  z.strictObject({ steered: z.string() }),
  /** The id of an item that was told beside the adapter: a fact looked up before the model was asked. */
  z.strictObject({ added: z.string() }),
  /** A text of the agent that its traffic has in blanked pieces (`whole-texts.ts`). */
  z.strictObject({ of: z.string(), said: z.string(), pieces: z.int().min(1) }),
  /** What came of something the adapter did itself, or why nothing did. */
  z.strictObject({ effect: z.string(), gave: z.json() }),
  z.strictObject({ effect: z.string(), threw: z.string() }),
  /** The answer of an endpoint is over, or broke off, or none came. */
  z.strictObject({ answered: z.union([z.literal(true), z.string()]) }),
  z.strictObject({ stopped: z.literal(true) }),
  z.strictObject({
    exited: z.strictObject({
      exit_code: z.int().nullable(),
      signal: z.string().nullable(),
      reason: z.enum(["exited", "timeout_idle", "timeout_total", "limit_reached", "aborted", "spawn_failed"]),
      error: z.string().optional(),
    }),
  }),
]);
export type TurnMark = z.infer<typeof TurnMark>;
