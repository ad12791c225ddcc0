import { z } from "zod";
import { LimitsOfTask, Spent } from "./budget.ts";
import { Evidence, Grade, ReviewRound, TestCounts } from "./evidence.ts";
import { TaskRating } from "./rating.ts";
import { SandboxRecord } from "./sandbox.ts";
import { workFields } from "./task-plan.ts";
import { Turn } from "./thread.ts";
import {
  AttemptStatus,
  BlockReason,
  CommitSha,
  Failure,
  Landing,
  SchedulerState,
  StageName,
  StageOutcome,
  TaskStatus,
  Timestamp,
  Usage,
  Verdict,
} from "./words.ts";

export const TaskId = z
  .string()
  .regex(/^task_[0-9A-HJKMNP-TV-Z]{26}$/, "expected a task id such as task_01…");

/** One piece of work asked for, as lists show it. */
export const Task = z
  .object({
    id: z.string(),
    project_id: z.string(),
    project: z.string().meta({ description: "Name of the project" }),
    title: z.string(),
    kind: z.enum(["prompt", "issue", "pr"]),
    status: TaskStatus,
    scheduler_state: SchedulerState,
    stage: StageName.nullable(),
    block_reason: BlockReason.nullable(),
    priority: z.number().int(),
    agent: z.string(),
    model: z.string().nullable(),
    labels: z.array(z.string()),
    source: z.string(),
    external_id: z.string().nullable(),
    parent_task_id: z.string().nullable(),
    depends_on: z.array(z.string()),
    branch: z.string().nullable(),
    base_branch: z.string(),
    base_sha: CommitSha.nullable(),
    head_sha: CommitSha.nullable(),
    changes: z
      .object({ files: z.number().int(), insertions: z.number().int(), deletions: z.number().int() })
      .nullable(),
    attempts: z.number().int(),
    fence: z.number().int(),
    evidence: z.object({
      state: z.enum(["passed", "failed", "none", "waived"]),
      commit: CommitSha.nullable(),
      counts: TestCounts.nullable(),
    }),
    review: z.object({
      verdict: Verdict.nullable(),
      rounds: z.number().int(),
      commit: CommitSha.nullable(),
      agent: z.string().nullable(),
      state: z.enum(["approved", "changes_requested", "waiting", "none", "waived"]),
    }),
    accepted: z.array(z.string()).meta({
      description: "What a person accepted without proof: no_validation, no_reviewer, review_limit",
    }),
    grade: Grade.nullable(),
    usage: Usage,
    sandbox: SandboxRecord.nullable(),
    error: Failure.nullable(),
    list_id: z.string().nullable().meta({ description: "The list it was submitted with" }),
    revisions: z
      .number()
      .int()
      .meta({ description: "How often a person asked for a change to finished work" }),
    redeliveries: z
      .number()
      .int()
      .meta({ description: "How often a prompt was given again after a used-up quota" }),
    landed: Landing.nullable(),
    rating: TaskRating.nullable(),
    discarded_at: Timestamp.nullable(),
    created_at: Timestamp,
    updated_at: Timestamp,
    started_at: Timestamp.nullable(),
    finished_at: Timestamp.nullable(),
    heartbeat_at: Timestamp.nullable(),
    progress_at: Timestamp.nullable(),
    not_before: Timestamp.nullable(),
  })
  .meta({ id: "Task" });
export type Task = z.infer<typeof Task>;

/** One step of an attempt, with its time and outcome. */
export const Stage = z
  .object({
    attempt_id: z.string(),
    stage: StageName,
    round: z.number().int(),
    outcome: StageOutcome.nullable(),
    detail: z.string().nullable(),
    started_at: Timestamp,
    ended_at: Timestamp.nullable(),
  })
  .meta({ id: "Stage" });
export type Stage = z.infer<typeof Stage>;

/** One try at a task. Its fence is shared by no later attempt. */
export const Attempt = z
  .object({
    id: z.string(),
    task_id: z.string(),
    number: z.number().int(),
    fence: z.number().int(),
    status: AttemptStatus,
    reason: z.string().nullable(),
    workspace: z.string().nullable(),
    sandbox: SandboxRecord.nullable(),
    started_at: Timestamp,
    ended_at: Timestamp.nullable(),
  })
  .meta({ id: "Attempt" });
export type Attempt = z.infer<typeof Attempt>;

/** A task with its whole history. */
export const TaskDetail = Task.extend({
  ...workFields,
  prompt: z.string(),
  request: z.record(z.string(), z.unknown()).meta({ description: "The request as it was accepted, whole" }),
  limits: LimitsOfTask,
  spent: Spent.meta({
    description: "What was used against the limits; attempts count since a person last asked for it",
  }),
  attempt_history: z.array(Attempt),
  stages: z.array(Stage),
  turns: z.array(Turn),
  evidence_history: z.array(Evidence),
  review_history: z.array(ReviewRound),
}).meta({ id: "TaskDetail" });
export type TaskDetail = z.infer<typeof TaskDetail>;

/** The proof of a finished task: what was verified, on which commit, by whom. */
export const Proof = z
  .object({
    task_id: z.string(),
    status: TaskStatus,
    pr_url: z.string().nullable(),
    branch: z.string().nullable(),
    commit: CommitSha.nullable(),
    ci_status: z
      .enum(["passed", "failed", "unknown"])
      .meta({ description: "Our own validation of the exact commit" }),
    review_outcome: z.enum(["approved", "changes_requested", "skipped", "waiting"]),
    review_rounds: z.number().int(),
    quality_signals: z.array(
      z.object({ name: z.string(), value: z.union([z.number(), z.string(), z.boolean(), z.null()]) }),
    ),
    evidence: z.array(Evidence),
    reviews: z.array(ReviewRound),
    grade: Grade.nullable(),
    accepted: z.array(z.string()),
    sandbox: SandboxRecord.nullable(),
  })
  .meta({ id: "Proof" });
export type Proof = z.infer<typeof Proof>;

export const TaskPrompt = z
  .object({
    task_id: z.string(),
    turn: z.number().int(),
    turn_id: z.string(),
    phase: z.string(),
    round: z.number().int(),
    prompt: z.string(),
    created_at: Timestamp,
  })
  .meta({ id: "TaskPrompt" });
export type TaskPrompt = z.infer<typeof TaskPrompt>;

export const TaskArtifact = z
  .object({
    task_id: z.string(),
    turn: z.number().int(),
    artifact_type: z.string(),
    content: z.string(),
    created_at: Timestamp,
  })
  .meta({ id: "TaskArtifact" });
export type TaskArtifact = z.infer<typeof TaskArtifact>;
