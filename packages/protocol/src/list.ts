import { z } from "zod";
import { TaskRequest } from "./task-request.ts";
import { TaskStatus } from "./words.ts";

/** Bytes a list may have: as JSON it still fits into a body of the default server.max_body_bytes. */
export const MAX_LIST_BYTES = 1_000_000;

/** Items a list may have. */
export const MAX_LIST_ITEMS = 500;

/** How a list may be written. */
export const ListFormat = z.enum(["markdown", "yaml", "jsonl"]);
export type ListFormat = z.infer<typeof ListFormat>;

/** What may be said once for all items of a list; what an item says itself wins, and labels add up. */
export const ListDefaults = TaskRequest.omit({
  prompt: true,
  title: true,
  issue: true,
  pr: true,
  repo: true,
  project: true,
  wait_secs: true,
  external_id: true,
  parent_task_id: true,
  depends_on: true,
}).meta({ id: "ListDefaults" });
export type ListDefaults = z.infer<typeof ListDefaults>;

/** Something in a list that must be changed before any of it is submitted. */
export const ListProblem = z
  .object({
    line: z.number().int().meta({ description: "Line of the text, from 1" }),
    column: z.number().int().optional(),
    item: z.number().int().optional().meta({ description: "Number of the item, from 1" }),
    field: z.string().optional(),
    message: z.string(),
    hint: z.string().optional(),
  })
  .meta({ id: "ListProblem" });
export type ListProblem = z.infer<typeof ListProblem>;

/** A part of a list that is no task, and why. */
export const ListSkipped = z
  .object({
    line: z.number().int(),
    item: z.number().int().optional(),
    text: z.string(),
    reason: z.enum(["checked", "not_an_item"]),
  })
  .meta({ id: "ListSkipped" });
export type ListSkipped = z.infer<typeof ListSkipped>;

/** The limits a task runs under: its own, else its template's, else its project's, else the server's; null is none. */
export const ListLimits = z
  .object({
    max_budget_usd: z.number().nullable(),
    max_tokens: z.number().int().nullable(),
    max_turns: z.number().int().nullable(),
    max_attempts: z.number().int(),
    max_rounds: z.number().int(),
    max_wall_secs: z.number().int().nullable(),
    turn_timeout_secs: z.number(),
    no_progress_turns: z.number().int(),
    same_failure_times: z.number().int(),
    max_wait_secs: z.number(),
  })
  .meta({ id: "ListLimits" });
export type ListLimits = z.infer<typeof ListLimits>;

/** One item of a list as the task it becomes. */
export const ListTask = z
  .object({
    item: z.number().int().meta({ description: "Number of the item, from 1, checked items counted" }),
    line: z.number().int(),
    key: z.string().nullable(),
    title: z.string(),
    prompt: z.string().meta({ description: "As the agent gets it, the template filled in" }),
    project: z.string(),
    template: z.string().nullable(),
    agent: z.string(),
    model: z.string().nullable(),
    priority: z.number().int(),
    labels: z.array(z.string()),
    after: z.array(z.number().int()).meta({ description: "Items that must end well first" }),
    depends_on: z.array(z.string()).meta({ description: "Tasks that must end well first" }),
    order: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Place in the order of starts; null: not by itself" }),
    limits: ListLimits,
    task_id: z.string().nullable(),
    status: TaskStatus.nullable(),
  })
  .meta({ id: "ListTask" });
export type ListTask = z.infer<typeof ListTask>;

/** When an item would start, were all tasks of the list equally long and alone on the server. */
export const ListStart = z
  .object({
    item: z.number().int(),
    wave: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Items of one wave run at the same time; null: not by itself" }),
    reason: z.enum(["now", "dependency", "place", "project_inactive", "dependency_failed"]),
    after: z.array(z.number().int()).meta({ description: "Items whose end lets it start" }),
    text: z.string(),
  })
  .meta({ id: "ListStart" });
export type ListStart = z.infer<typeof ListStart>;

/** Something in a list that can be done as it stands, but will not go as it seems. */
export const ListWarning = z
  .object({ items: z.array(z.number().int()), message: z.string() })
  .meta({ id: "ListWarning" });
export type ListWarning = z.infer<typeof ListWarning>;

/** What became of a list, or would. */
export const SubmittedList = z
  .object({
    list_id: z.string().nullable().meta({ description: "null: nothing was stored" }),
    dry_run: z.boolean(),
    format: ListFormat,
    tasks: z.array(ListTask),
    problems: z
      .array(ListProblem)
      .meta({ description: "Only a dry run has any; else they are list_invalid" }),
    warnings: z.array(ListWarning),
    skipped: z.array(ListSkipped),
    order: z.array(ListStart).meta({ description: "The tasks in the order of their starts" }),
    totals: z.object({
      tasks: z.number().int(),
      projects: z.number().int(),
      max_budget_usd: z.number().nullable().meta({ description: "Sum of the caps; null: a task has none" }),
      max_tokens: z.number().int().nullable(),
      ahead: z
        .number()
        .int()
        .meta({ description: "Tasks of these projects that run or are queued already; not in the order" }),
    }),
  })
  .meta({ id: "SubmittedList" });
export type SubmittedList = z.infer<typeof SubmittedList>;
