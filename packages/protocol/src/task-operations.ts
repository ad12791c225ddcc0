import { z } from "zod";
import { operation } from "./operation.ts";
import { ProjectKey } from "./project.ts";
import { TaskId } from "./task.ts";
import { changedCaps, TaskCreated, taskFields } from "./task-request.ts";
import { TaskStatus } from "./words.ts";

const IdempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .optional()
  .meta({ description: "Same as the Idempotency-Key header" });

export const StatusChange = z
  .object({ task_id: z.string(), status: TaskStatus })
  .meta({ id: "TaskStatusChange" });

/** Everything that changes a task. */
export const taskOperations = {
  "task/create": operation({
    summary: "Submit a task",
    http: ["POST /tasks"],
    status: 202,
    scope: "submit",
    mcp: true,
    guide:
      "It is queued and this answers at once; follow it with task_wait. Leave out what the project has settings for: project and prompt are enough.",
    cli: "task submit",
    idempotent: true,
    params: () => z.strictObject({ ...taskFields, idempotency_key: IdempotencyKey }),
    result: () => TaskCreated,
    errors: [
      "project_not_found",
      "task_not_found",
      "agent_not_found",
      "template_not_found",
      "not_a_repository",
      "invalid_ref",
      "sandbox_not_allowed",
      "capability_missing",
      "idempotency_conflict",
      "invalid_idempotency_key",
      "draining",
    ],
  }),
  "task/create_batch": operation({
    summary: "Submit many tasks at once; each is accepted or refused by itself",
    http: ["POST /tasks/batch"],
    status: 202,
    scope: "submit",
    mcp: false,
    idempotent: true,
    params: () =>
      z.strictObject({
        tasks: z
          .array(z.strictObject({ ...taskFields, description: z.string().min(1).max(262_144).optional() }))
          .min(1)
          .max(100)
          .optional(),
        issues: z.array(z.number().int().min(1)).min(1).max(100).optional(),
        project: ProjectKey.optional(),
        agent: z.string().min(1).max(100).optional(),
        max_rounds: z.number().int().min(1).max(20).optional(),
        turn_timeout_secs: z.number().int().min(1).max(86_400).optional(),
        idempotency_key: IdempotencyKey,
      }),
    result: () =>
      z.array(
        z.union([TaskCreated, z.object({ error: z.object({ code: z.string(), message: z.string() }) })]),
      ),
    errors: [
      "project_not_found",
      "capability_missing",
      "idempotency_conflict",
      "invalid_idempotency_key",
      "draining",
    ],
  }),
  "task/cancel": operation({
    summary: "Stop a task: kills its processes, keeps its work on a ref",
    http: ["POST /tasks/{task_id}/cancel", "POST /api/run/{task_id}/cancel", "DELETE /api/queue/{task_id}"],
    scope: "submit",
    mcp: true,
    destructive: true,
    cli: "task cancel",
    params: () => z.strictObject({ task_id: TaskId, reason: z.string().max(1000).optional() }),
    result: () => StatusChange,
    errors: ["task_not_found", "illegal_transition"],
  }),
  "task/retry": operation({
    summary: "Queue a failed, cancelled or budget-exhausted task again; totals are kept",
    http: ["POST /tasks/{task_id}/retry"],
    scope: "submit",
    mcp: true,
    guide: "To change finished work, use task_revise.",
    cli: "task retry",
    params: () =>
      z.strictObject({
        task_id: TaskId,
        fresh: z.boolean().optional().meta({ description: "Start from the base instead of the kept work" }),
        ...changedCaps,
      }),
    result: () => StatusChange,
    errors: ["task_not_found", "illegal_transition", "task_discarded", "draining"],
  }),
  "task/unblock": operation({
    summary: "End a wait: the task is queued again and resumes where it stopped",
    http: ["POST /tasks/{task_id}/unblock"],
    scope: "submit",
    mcp: true,
    guide: "Do first what block_reason asks for.",
    cli: "task unblock",
    params: () =>
      z.strictObject({
        task_id: TaskId,
        rounds: z
          .number()
          .int()
          .min(1)
          .max(20)
          .optional()
          .meta({ description: "More review or validation rounds" }),
      }),
    result: () => StatusChange,
    errors: ["task_not_found", "illegal_transition", "draining"],
  }),
} as const;
