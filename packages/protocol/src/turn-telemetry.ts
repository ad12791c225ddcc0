import { z } from "zod";
import { Timestamp } from "./words.ts";

const Ms = z.number().int().min(0).nullable();

/** When a turn was asked, answered and over, as Harness saw it (seed 1). What is not known is null. */
export const TurnTelemetry = z
  .object({
    prompt_built_at: Timestamp.meta({ description: "The agent is given its prompt" }),
    agent_started_at: Timestamp.nullable().meta({ description: "The agent says that it is there" }),
    first_output_at: Timestamp.nullable().meta({ description: "The first thing it said or did" }),
    completed_at: Timestamp.nullable(),
    first_token_latency_ms: Ms.meta({ description: "From the prompt to the first output" }),
    completed_latency_ms: Ms.meta({ description: "From the prompt to the end, waits for a person included" }),
    retry_count: z
      .number()
      .int()
      .meta({ description: "Turns right before it in its thread that failed at the same" }),
    exit_code: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Of the agent's program; null without one, and when a signal ended it" }),
  })
  .meta({ id: "TurnTelemetry" });
export type TurnTelemetry = z.infer<typeof TurnTelemetry>;
