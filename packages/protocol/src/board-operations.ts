import { z } from "zod";
import { TaskActivity } from "./activity.ts";
import { operation } from "./operation.ts";
import { Cursor, Limit, Page } from "./paging.ts";
import { ProjectKey } from "./project.ts";
import { TaskRating } from "./rating.ts";
import { TaskId } from "./task.ts";
import { StatusChange } from "./task-operations.ts";
import { taskFields } from "./task-request.ts";

/** What a board asks for and does, beside what moves a task along. */
export const boardOperations = {
  "task/prioritize": operation({
    summary: "Change the priority of a task that has not ended",
    http: ["PATCH /tasks/{task_id}"],
    scope: "submit",
    mcp: false,
    cli: "task prioritize",
    params: () => z.strictObject({ task_id: TaskId, priority: taskFields.priority.unwrap() }),
    result: () => StatusChange.extend({ priority: z.number().int() }).meta({ id: "TaskPrioritized" }),
    errors: ["task_not_found", "illegal_transition"],
  }),
  "task/rate": operation({
    summary: "Say what you think of a task: thumbs up or down, with a comment, or take it back",
    http: ["POST /tasks/{task_id}/rating"],
    scope: "submit",
    mcp: false,
    cli: "task rate",
    params: () =>
      z.strictObject({
        task_id: TaskId,
        rating: TaskRating.shape.value.nullable().meta({ description: "null takes it back" }),
        comment: z.string().max(2000).optional().meta({ description: "Why" }),
      }),
    result: () => z.object({ task_id: z.string(), rating: TaskRating.nullable() }).meta({ id: "TaskRated" }),
    errors: ["task_not_found"],
  }),
  "task/activity": operation({
    summary: "What each task that runs or waits does now, the newest task first",
    http: ["GET /tasks/activity"],
    scope: "read",
    mcp: false,
    params: () =>
      z.strictObject({
        project_id: z.array(ProjectKey).max(50).optional(),
        limit: Limit.meta({ description: "Tasks a page, 1 to 500; 500 unless told" }),
        cursor: Cursor,
      }),
    result: () =>
      z.object({
        data: z.array(TaskActivity),
        page: Page,
        last_seq: z.number().int().meta({
          description: "What is shown is at least as new as this event: follow the log from here",
        }),
      }),
    errors: ["invalid_cursor", "project_not_found"],
  }),
} as const;
