import { z } from "zod";
import { operation } from "./operation.ts";
import { ProjectKey } from "./project.ts";
import { TaskCreated } from "./task-request.ts";
import { Timestamp } from "./words.ts";

/** A task in seed 0's words: a projection of its status. */
const ItemStatus = z.enum(["pending", "running", "done", "error", "cancelled"]);

/** Seed 0's queue and runs: tasks under its paths and in its words. */
export const runOperations = {
  "queue/add": operation({
    summary: "Submit a task in seed 0's words",
    http: ["POST /api/queue", "POST /api/run", "POST /api/tasks"],
    status: 202,
    scope: "submit",
    mcp: false,
    params: () =>
      z.strictObject({
        task: z.string().min(1).max(262_144),
        producer_model: z.string().min(1).max(200).optional().meta({ description: "The model of the task" }),
        no_wiggum: z
          .literal(false)
          .optional()
          .meta({ description: "Work is always reviewed: true is refused" }),
        no_memory: z
          .boolean()
          .optional()
          .meta({ description: "There is no memory yet: nothing to leave out" }),
        project: ProjectKey.optional(),
      }),
    result: () =>
      TaskCreated.omit({ status: true }).extend({
        item_id: z.string().meta({ description: "Same as task_id" }),
        status: ItemStatus,
      }),
    errors: ["project_not_found", "draining"],
  }),
  "queue/list": operation({
    summary: "Tasks that wait or run and the newest that ended, as seed 0 lists its queue",
    http: ["GET /api/queue"],
    scope: "read",
    mcp: false,
    params: () => z.strictObject({}),
    result: () =>
      z.object({
        pending: z.number().int(),
        items: z
          .array(
            z.object({
              item_id: z.string(),
              task: z.string(),
              status: ItemStatus,
              run_id: z.string().nullable().meta({ description: "Same as item_id, once it began" }),
              queued_at: Timestamp,
            }),
          )
          .meta({ description: "The newest 100" }),
      }),
    errors: [],
  }),
  "queue/state": operation({
    summary: "How many tasks run and wait, in seed 0's words",
    http: ["GET /api/state"],
    scope: "read",
    mcp: false,
    params: () => z.strictObject({}),
    result: () => z.object({ running: z.number().int(), queue_depth: z.number().int() }),
    errors: [],
  }),
} as const;
