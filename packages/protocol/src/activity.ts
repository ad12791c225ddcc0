import { z } from "zod";
import { Item } from "./item.ts";
import { Turn } from "./thread.ts";
import { StageName, TaskStatus, Timestamp } from "./words.ts";

/** What a task that runs or waits does now: the newest thing its agent did or does, told in a line. */
export const TaskActivity = z
  .object({
    task_id: z.string(),
    project_id: z.string(),
    status: TaskStatus,
    stage: StageName.nullable(),
    attempt: z.number().int().meta({ description: "Number of its newest attempt; 0 before the first" }),
    turn: Turn.pick({
      id: true,
      thread_id: true,
      role: true,
      agent: true,
      model: true,
      status: true,
      started_at: true,
    })
      .nullable()
      .meta({ description: "Its newest turn" }),
    turns: z.number().int().meta({ description: "Turns it used" }),
    max_turns: z.number().int().nullable().meta({ description: "Turns it may use" }),
    item: z
      .object({
        seq: z.number().int().meta({ description: "Of the event it came with" }),
        at: Timestamp,
        state: z.enum(["started", "finished"]),
        kind: Item.shape.kind,
        name: z.string().nullable(),
        text: z.string().nullable().meta({ description: "Its first 200 characters" }),
        command: z.string().nullable().meta({ description: "Its first 200 characters" }),
        path: z.string().nullable(),
        exit_code: z.number().int().nullable(),
      })
      .nullable()
      .meta({ description: "The newest item of that turn; null before the first" }),
    progress_at: Timestamp.nullable(),
  })
  .meta({ id: "TaskActivity" });
export type TaskActivity = z.infer<typeof TaskActivity>;
