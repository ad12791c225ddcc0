import { z } from "zod";
import { Change } from "./change.ts";
import { Event, eventTypes } from "./event.ts";
import { operation } from "./operation.ts";
import { Cursor, Limit, Page } from "./paging.ts";
import { ProjectKey } from "./project.ts";
import { Proof, Task, TaskArtifact, TaskDetail, TaskId, TaskPrompt } from "./task.ts";
import { CommitSha, SchedulerState, taskStatuses } from "./words.ts";

const AttemptId = z.string().regex(/^att_[0-9A-HJKMNP-TV-Z]{26}$/, "expected an attempt id such as att_01…");

const ListId = z.string().regex(/^list_[0-9A-HJKMNP-TV-Z]{26}$/, "expected a list id such as list_01…");

const Time = z.iso.datetime({ offset: true }).optional();

/** Everything that only reads tasks and their events. */
export const taskQueries = {
  "task/list": operation({
    summary: "Tasks, newest first, filtered",
    http: ["GET /tasks"],
    scope: "read",
    mcp: true,
    guide: "active true shows what has not ended.",
    cli: "task list",
    params: () =>
      z.strictObject({
        id: z.array(TaskId).max(50).optional().meta({ description: "Only these tasks" }),
        status: z.array(z.enum(taskStatuses)).max(20).optional(),
        scheduler_state: z.array(SchedulerState).max(20).optional(),
        active: z.boolean().optional().meta({ description: "true: not ended; false: ended" }),
        kind: z
          .array(z.enum(["prompt", "issue", "pr"]))
          .max(3)
          .optional(),
        source: z.string().max(100).optional(),
        project_id: z.array(ProjectKey).max(50).optional(),
        label: z.string().max(100).optional(),
        q: z.string().min(1).max(200).optional().meta({
          description:
            "Words that all stand in its title, id, branch or the beginning of its prompt; case does not count",
        }),
        agent: z
          .array(z.string().min(1).max(100))
          .max(20)
          .optional()
          .meta({ description: "Asked for, or did a turn of it" }),
        model: z
          .string()
          .min(1)
          .max(200)
          .optional()
          .meta({ description: "Asked for, or used by a turn of it" }),
        rating: z.enum(["up", "down", "none"]).optional(),
        created_after: Time.meta({ description: "Submitted then or later (RFC 3339)" }),
        created_before: Time.meta({ description: "Submitted before" }),
        list_id: ListId.optional().meta({ description: "Only tasks submitted with this list" }),
        counts: z
          .boolean()
          .optional()
          .meta({ description: "true: count exactly for this filter, which reads every match" }),
        limit: Limit,
        cursor: Cursor,
      }),
    result: () =>
      z.object({
        data: z.array(Task),
        page: Page,
        counts: z.object({
          exact: z.boolean(),
          total: z.number().int(),
          running: z.number().int(),
          failed: z.number().int(),
          by_status: z.record(z.string(), z.number().int()),
        }),
      }),
    errors: ["invalid_cursor", "project_not_found"],
  }),
  "task/get": operation({
    summary: "One task with its attempts, stages, turns, evidence and review rounds",
    http: ["GET /tasks/{task_id}"],
    scope: "read",
    mcp: true,
    cli: "task show",
    params: () => z.strictObject({ task_id: TaskId }),
    result: () => TaskDetail,
    errors: ["task_not_found"],
  }),
  "task/proof": operation({
    summary: "What was verified, on which commit, and who reviewed it",
    http: ["GET /tasks/{task_id}/proof"],
    scope: "read",
    mcp: true,
    guide: "Only what Harness ran itself is in it; it is refused while the task is in flight.",
    cli: "task proof",
    params: () => z.strictObject({ task_id: TaskId }),
    result: () => Proof,
    errors: ["task_not_found", "not_finished"],
  }),
  "task/prompts": operation({
    summary: "Every prompt an agent was given for a task",
    http: ["GET /tasks/{task_id}/prompts"],
    scope: "read",
    mcp: false,
    cli: "task prompts",
    params: () => z.strictObject({ task_id: TaskId }),
    result: () => z.array(TaskPrompt),
    errors: ["task_not_found"],
  }),
  "task/artifacts": operation({
    summary: "Texts a task produced: final messages, diffs, validation output",
    http: ["GET /tasks/{task_id}/artifacts"],
    scope: "read",
    mcp: true,
    cli: "task artifacts",
    params: () => z.strictObject({ task_id: TaskId }),
    result: () => z.array(TaskArtifact),
    errors: ["task_not_found"],
  }),
  "task/diff": operation({
    summary: "The change a task made up to its newest snapshot, from its base unless told",
    http: ["GET /tasks/{task_id}/diff"],
    scope: "read",
    mcp: true,
    cli: "task diff",
    params: () =>
      z.strictObject({
        task_id: TaskId,
        since: z
          .union([z.enum(["base", "turn", "review"]), CommitSha])
          .optional()
          .meta({
            description:
              "base; turn: before the newest turn that changed anything; review: the commit of the newest review round; or the full id of a snapshot of the task",
          }),
        ignore_whitespace: z
          .boolean()
          .optional()
          .meta({ description: "Lines that differ in white space only are no change" }),
      }),
    result: () =>
      Change.extend({
        task_id: z.string(),
        since: z.string().meta({ description: "As asked; base and head are the commits it came to" }),
      }),
    errors: ["task_not_found", "task_discarded", "snapshot_not_found", "git_failed"],
  }),
  "event/query": operation({
    summary: "Events of the log, in order",
    http: ["GET /api/events"],
    scope: "read",
    mcp: true,
    guide: "With task_id it is the log of a task; go on with after_seq.",
    cli: "task logs",
    params: () =>
      z.strictObject({
        after_seq: z.number().int().min(0).optional(),
        task_id: TaskId.optional(),
        project_id: ProjectKey.optional(),
        attempt_id: AttemptId.optional(),
        type: z
          .array(z.enum(eventTypes as unknown as [string, ...string[]]))
          .max(50)
          .optional(),
        limit: Limit,
      }),
    result: () => z.object({ data: z.array(Event), last_seq: z.number().int(), has_more: z.boolean() }),
    errors: ["task_not_found", "project_not_found"],
  }),
} as const;
