import { z } from "zod";
import { operation } from "./operation.ts";
import { ProjectKey } from "./project.ts";
import { Timestamp } from "./words.ts";

const Count = z.number().int();

/** What happened in one calendar day. Counts, not shares: a share of nothing is unknown, and shares do not add up. */
export const DayStats = z
  .object({
    day: z.iso.date(),
    begins: Timestamp,
    ends: Timestamp,
    submitted: Count,
    ended: z
      .object({
        done: Count,
        no_change: Count,
        failed: Count,
        cancelled: Count,
        budget_exhausted: Count,
      })
      .meta({ description: "Tasks that ended in the day and have not been asked for again" }),
    duration: z
      .object({ median_ms: Count.nullable(), p90_ms: Count.nullable(), of: Count })
      .meta({ description: "From start to end, of those of them that were started" }),
    first_validation: z
      .object({ passed: Count, of: Count })
      .meta({ description: "Whether their very first validation passed, of those that were validated" }),
    first_review: z
      .object({ approved: Count, of: Count })
      .meta({ description: "Whether their very first review approved, of those that were reviewed" }),
    grades: z
      .object({ A: Count, B: Count, C: Count, D: Count, none: Count })
      .meta({ description: "Of those that ended done or no_change" }),
    cost_usd: z
      .number()
      .nullable()
      .meta({ description: "Of turns that ended in the day; null: not known whole" }),
    cost_known_usd: z.number(),
    unknown_turns: Count.meta({ description: "Turns whose cost nobody knows whole" }),
    input_tokens: Count,
    cached_tokens: Count,
    output_tokens: Count,
    deepest_queue: Count.meta({ description: "Most tasks that were submitted and not yet started, at once" }),
  })
  .meta({ id: "DayStats" });
export type DayStats = z.infer<typeof DayStats>;

/** Figures over time, for plots people look at. */
export const statsOperations = {
  "stats/series": operation({
    summary:
      "What happened day by day: tasks, durations, first passes, grades, cost and the depth of the queue",
    http: ["GET /stats/series"],
    scope: "read",
    mcp: false,
    cli: "stats",
    params: () =>
      z.strictObject({
        days: z
          .number()
          .int()
          .min(1)
          .max(90)
          .optional()
          .meta({ description: "Days, today included; 14 unless told" }),
        project_id: z.array(ProjectKey).max(50).optional(),
      }),
    result: () =>
      z.object({
        timezone: z.string().meta({
          description: "Days go from midnight to midnight here: night.timezone, else that of the machine",
        }),
        days: z.array(DayStats).meta({ description: "The oldest first; the last is today and not over" }),
      }),
    errors: ["project_not_found"],
  }),
} as const;
