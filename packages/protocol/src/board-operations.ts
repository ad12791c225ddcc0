import { z } from "zod";
import { operation } from "./operation.ts";
import { TaskId } from "./task.ts";
import { StatusChange } from "./task-operations.ts";
import { taskFields } from "./task-request.ts";

/** What a person does with tasks on a board, beside what moves one along. */
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
} as const;
