import { z } from "zod";
import { ApprovalSettings } from "./approval.ts";
import { ProjectKey } from "./project.ts";
import { SandboxNeed, SandboxProfileWord } from "./sandbox.ts";
import { TaskId } from "./task.ts";
import { TemplateName } from "./template.ts";
import { CommitSha, ExecutionStrategyWord, RefName, TaskStatus } from "./words.ts";

/** Every field a submission may carry. */
export const taskFields = {
  prompt: z.string().min(1).max(262_144).optional().meta({ description: "What to do, in plain words" }),
  title: z.string().min(1).max(200).optional(),
  issue: z
    .number()
    .int()
    .min(1)
    .optional()
    .meta({ description: "GitHub issue; refused until that capability exists" }),
  pr: z
    .number()
    .int()
    .min(1)
    .optional()
    .meta({ description: "GitHub pull request; refused until that capability exists" }),
  repo: z
    .string()
    .max(200)
    .optional()
    .meta({ description: "owner/name on GitHub; refused until that capability exists" }),
  project: ProjectKey.optional(),
  base_branch: RefName.optional().meta({
    description: "Local branch the work begins at and is landed in; the project's base branch unless told",
  }),
  agent: z.string().min(1).max(100).optional(),
  model: z.string().min(1).max(200).optional(),
  execution_strategy: ExecutionStrategyWord.optional(),
  reviewer: z.string().min(1).max(100).optional(),
  template: TemplateName.optional().meta({ description: "Template of the project that fills in the rest" }),
  skip_triage: z.boolean().optional(),
  answers: z.array(z.string().max(16_384)).max(5).optional().meta({
    description:
      "Answers to what a task begins with, in this order: goal, approach, technologies, libraries (`lib: feature, …` a line), docs; an empty one is not answered. The task is then planned, unless skip_triage is true",
  }),
  force_execute: z.boolean().optional().meta({ description: "Implement even when triage advises to skip" }),
  wait_secs: z
    .number()
    .int()
    .min(0)
    .max(86_400)
    .optional()
    .meta({ description: "Wait between pull request polls; refused until that capability exists" }),
  max_rounds: z
    .number()
    .int()
    .min(1)
    .max(20)
    .optional()
    .meta({ description: "Review rounds before a person is asked" }),
  max_turns: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: "Agent turns the task may use in all" }),
  turn_timeout_secs: z.number().int().min(1).max(86_400).optional(),
  stall_timeout_secs: z.number().int().min(1).max(86_400).optional(),
  max_budget_usd: z.number().positive().max(1_000_000).optional(),
  max_tokens: z.number().int().min(1).max(1_000_000_000_000).optional(),
  max_attempts: z.number().int().min(1).max(100).optional(),
  max_wall_secs: z
    .number()
    .int()
    .min(1)
    .max(31_536_000)
    .optional()
    .meta({ description: "Seconds the attempts of the task may run in all" }),
  no_progress_turns: z
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: "Turns without a new diff and a new test result that end the attempt" }),
  same_failure_times: z
    .number()
    .int()
    .min(2)
    .max(100)
    .optional()
    .meta({ description: "Times in a row the same failure may happen before the task fails" }),
  retry_base_backoff_ms: z.number().int().min(0).max(86_400_000).optional(),
  retry_max_backoff_ms: z.number().int().min(0).max(86_400_000).optional(),
  max_wait_secs: z
    .number()
    .int()
    .min(1)
    .max(31_536_000)
    .optional()
    .meta({ description: "Seconds it may wait for one and the same thing before it fails" }),
  source: z.string().min(1).max(100).optional(),
  external_id: z.string().min(1).max(200).optional(),
  labels: z.array(z.string().min(1).max(100)).max(50).optional(),
  parent_task_id: TaskId.optional(),
  approvals: ApprovalSettings.optional().meta({
    description: "Who is asked before its agent acts, and what happens when nobody answers",
  }),
  sandbox: SandboxProfileWord.optional(),
  sandbox_needs: SandboxNeed.optional().meta({
    description:
      "The weakest confinement it may run under: isolated (a file tree, processes and network of its own) or fenced; where there is less it waits",
  }),
  depends_on: z.array(TaskId).max(100).optional(),
  priority: z
    .number()
    .int()
    .min(0)
    .max(2)
    .optional()
    .meta({ description: "0 normal, 1 high, 2 urgent; waiting raises it with time" }),
};

/** The caps a person may change when a task is worked on again: absent leaves one as it is, null takes it away. */
export const changedCaps = {
  max_budget_usd: taskFields.max_budget_usd.unwrap().nullable().optional(),
  max_tokens: taskFields.max_tokens.unwrap().nullable().optional(),
  max_turns: taskFields.max_turns.unwrap().nullable().optional(),
  max_wall_secs: taskFields.max_wall_secs.unwrap().nullable().optional(),
};

/** What a caller may ask of a task. At least one of prompt, issue and pr is needed. */
export const TaskRequest = z.strictObject(taskFields).meta({ id: "TaskRequest" });
export type TaskRequest = z.infer<typeof TaskRequest>;

/** The checkpoint of a conversation that a task begins with as finished work. */
export const ProvenCheckpoint = z.object({
  thread_id: z.string(),
  /** The turn it was taken after; null when that is not known any more. */
  turn_id: z.string().nullable(),
  checkpoint: CommitSha,
  /** The commit of the task that holds the same files. */
  commit: CommitSha,
  files: z.number().int(),
  /** Who wrote it, the last one last: none of them reviews it. */
  authors: z.array(z.object({ agent: z.string(), model: z.string().nullable() })),
});
export type ProvenCheckpoint = z.infer<typeof ProvenCheckpoint>;

/**
 * A request as it is kept: with a template, what it came to, and what was asked, so that later changes of the template
 * do not matter; and the work it began with, which no caller can name.
 */
export const StoredTaskRequest = TaskRequest.extend({
  asked: TaskRequest.optional(),
  proves: ProvenCheckpoint.optional(),
});
export type StoredTaskRequest = z.infer<typeof StoredTaskRequest>;

/** The answer to a submission. */
export const TaskCreated = z
  .object({
    task_id: z.string(),
    status: TaskStatus,
    execution_path: z.literal("task_runner"),
    project_id: z.string(),
    stream_url: z.string(),
    websocket_url: z.string(),
  })
  .meta({ id: "TaskCreated" });
export type TaskCreated = z.infer<typeof TaskCreated>;
