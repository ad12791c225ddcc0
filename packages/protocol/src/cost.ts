import { z } from "zod";
import { Role, StageName, Timestamp } from "./words.ts";

/** Who says what a turn cost: its vendor, the price table of the operator, or `none` when nothing ran. */
export const CostSource = z.enum(["vendor", "price_table", "none"]);
export type CostSource = z.infer<typeof CostSource>;

/** Dollars to the micro-dollar: sums of such numbers do not drift when each is made exact again. */
export function exactUsd(usd: number): number {
  return Math.round(usd * 1_000_000) / 1_000_000;
}

/** What the ledger is added up by. */
export const costGroups = ["day", "project", "agent", "model", "account", "stage", "role", "task"] as const;
export const CostGroup = z.enum(costGroups);
export type CostGroup = z.infer<typeof CostGroup>;

/** One line of the ledger: what one turn used in one night and day. Unknown is null, never 0. */
export const CostRow = z
  .object({
    turn_id: z.string(),
    day: Timestamp.meta({ description: "Begin of the night it is filed under" }),
    calendar_day: Timestamp.meta({
      description: "Begin of the day of the calendar; of turns of older versions, when in it they began",
    }),
    task_id: z.string().nullable(),
    thread_id: z.string(),
    project_id: z.string(),
    agent: z.string(),
    model: z.string().nullable(),
    account: z.string(),
    stage: StageName.nullable(),
    role: Role,
    input_tokens: z.number().int().nullable(),
    cached_tokens: z
      .number()
      .int()
      .nullable()
      .meta({ description: "The part of the input read from a cache" }),
    output_tokens: z.number().int().nullable(),
    cost_usd: z.number().nullable(),
    cost_source: CostSource.nullable().meta({ description: "null: nobody knows" }),
    cut_short: z.boolean().meta({ description: "Its process died: it may have used more than stands here" }),
    started_at: Timestamp,
    ended_at: Timestamp.nullable(),
  })
  .meta({ id: "CostRow" });
export type CostRow = z.infer<typeof CostRow>;

/** The ledger added up by one thing. An unknown cost makes the sum null; what is known of it stands beside. */
export const CostSum = z
  .object({
    key: z.string().nullable().meta({ description: "A day is the begin of its night; null: not known" }),
    name: z.string().nullable().meta({ description: "What a person calls it: the name of a project" }),
    turns: z.number().int(),
    input_tokens: z.number().int(),
    cached_tokens: z.number().int(),
    output_tokens: z.number().int(),
    cost_usd: z.number().nullable(),
    cost_known_usd: z.number(),
    unknown_turns: z.number().int().meta({ description: "Turns whose cost nobody knows whole" }),
    wall_ms: z.number().int(),
  })
  .meta({ id: "CostSum" });
export type CostSum = z.infer<typeof CostSum>;
