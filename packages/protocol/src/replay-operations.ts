import { z } from "zod";
import { idPattern } from "./ids.ts";
import { operation } from "./operation.ts";
import { Timestamp } from "./words.ts";

const AttemptId = z.string().regex(idPattern("attempt"), "expected an attempt id such as att_01…");
const TurnId = z.string().regex(idPattern("turn"), "expected a turn id such as turn_01…");

/** What today's adapter makes of the recorded traffic of a turn, against what the log has of it. */
export const TurnReplay = z
  .object({
    turn_id: z.string(),
    agent: z.string(),
    started_at: Timestamp,
    result: z.enum(["same", "different", "not_replayed"]),
    why: z.string().nullable().meta({ description: "Why it was not replayed" }),
    cut: z
      .boolean()
      .meta({ description: "Part of the traffic was not kept; differences may come from that" }),
    steps: z.number().int().meta({ description: "Items and ends the log has of the turn" }),
    differences: z
      .array(
        z.object({
          what: z.string(),
          recorded: z.string().nullable().meta({ description: "What the log has, as JSON; null is nothing" }),
          today: z.string().nullable().meta({ description: "What today's adapter tells; null is nothing" }),
        }),
      )
      .meta({ description: "In order, at most 100; ids are numbered" }),
  })
  .meta({ id: "TurnReplay" });
export type TurnReplay = z.infer<typeof TurnReplay>;

/** Playing recorded turns again. */
export const replayOperations = {
  "turn/replay": operation({
    summary: "Play the recorded traffic of a turn through today's adapter and show what differs from the log",
    http: ["GET /turns/{turn_id}/replay"],
    scope: "read",
    mcp: false,
    params: () => z.strictObject({ turn_id: TurnId }),
    result: () => TurnReplay,
    errors: ["turn_not_found"],
  }),
  "attempt/replay": operation({
    summary: "Play the recorded turns of an attempt through today's adapters and show what differs",
    http: ["GET /attempts/{attempt_id}/replay"],
    scope: "read",
    mcp: false,
    cli: "replay",
    params: () => z.strictObject({ attempt_id: AttemptId }),
    result: () => z.object({ attempt_id: z.string(), turns: z.array(TurnReplay) }),
    errors: ["attempt_not_found"],
  }),
} as const;
