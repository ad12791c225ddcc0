import { z } from "zod";
import { Timestamp } from "./words.ts";

/** What a person thought of a task: thumbs up or down, and why. */
export const TaskRating = z
  .object({
    value: z.enum(["up", "down"]),
    comment: z.string().nullable(),
    by: z.string(),
    at: Timestamp,
  })
  .meta({ id: "TaskRating" });
export type TaskRating = z.infer<typeof TaskRating>;
