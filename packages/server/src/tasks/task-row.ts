import {
  BlockReason,
  Failure,
  Grade,
  Landing,
  SandboxRecord,
  type SchedulerState,
  type StageName,
  StoredTaskRequest,
  type Task,
  TaskRating,
  type TaskStatus,
  TestCounts,
  Verdict,
} from "@harness/protocol";
import { z } from "zod";
import type { TasksTable } from "../storage/index.ts";

/** Whether the newest snapshot was proven, and on which commit. */
export const EvidenceSummary = z.object({
  state: z.enum(["passed", "failed", "none", "waived"]),
  commit: z.string().nullable(),
  counts: TestCounts.nullable(),
});
export type EvidenceSummary = z.infer<typeof EvidenceSummary>;

/** How the newest review round ended. */
export const ReviewSummary = z.object({
  verdict: Verdict.nullable(),
  rounds: z.number().int(),
  commit: z.string().nullable(),
  agent: z.string().nullable(),
  state: z.enum(["approved", "changes_requested", "waiting", "none", "waived"]),
});
export type ReviewSummary = z.infer<typeof ReviewSummary>;

/** The limits a task was submitted with, resolved from its request and the server's configuration. */
export const TaskLimits = z.object({
  max_rounds: z.number().int().nullable(),
  max_turns: z.number().int().nullable(),
  max_attempts: z.number().int(),
  turn_timeout_ms: z.number().int(),
  stall_timeout_ms: z.number().int(),
  max_budget_usd: z.number().nullable(),
  max_tokens: z.number().int().nullable(),
  max_wall_secs: z.number().int().nullable().default(null),
  no_progress_turns: z.number().int().default(3),
  same_failure_times: z.number().int().default(3),
  retry_base_backoff_ms: z.number().int(),
  retry_max_backoff_ms: z.number().int(),
  /** How long it may wait for one and the same thing, in all. */
  max_wait_ms: z.number().int().default(604_800_000),
});
export type TaskLimits = z.infer<typeof TaskLimits>;

const Changes = z.object({
  files: z.number().int(),
  insertions: z.number().int(),
  deletions: z.number().int(),
});
export type Changes = z.infer<typeof Changes>;

/** What a person accepted, by the code of the wait. Made once: building a schema costs more than using it. */
const Accepted = z.array(z.string());

/** A task as the server works with it: the row with its structured columns parsed. */
export interface TaskRecord
  extends Omit<
    TasksTable,
    | "status"
    | "stage"
    | "block_reason"
    | "request"
    | "settings"
    | "changes"
    | "evidence"
    | "review"
    | "accepted"
    | "grade"
    | "sandbox"
    | "error"
    | "landed"
    | "rating"
    | "rating_note"
  > {
  readonly status: TaskStatus;
  readonly stage: StageName | null;
  readonly block_reason: BlockReason | null;
  readonly request: StoredTaskRequest;
  readonly limits: TaskLimits;
  readonly changes: Changes | null;
  readonly evidence: EvidenceSummary;
  readonly review: ReviewSummary;
  readonly accepted: readonly string[];
  readonly grade: Grade | null;
  readonly sandbox: SandboxRecord | null;
  readonly error: Failure | null;
  readonly landed: Landing | null;
  readonly rating: TaskRating | null;
}

/** Parses a row. A column that does not fit its schema is a broken invariant and throws. */
export function parseTaskRow(row: TasksTable): TaskRecord {
  const { settings, rating: _, rating_note, ...rest } = row;
  return {
    ...rest,
    status: row.status as TaskStatus,
    stage: row.stage as StageName | null,
    block_reason: optional(BlockReason, row.block_reason),
    request: StoredTaskRequest.parse(JSON.parse(row.request)),
    limits: TaskLimits.parse(JSON.parse(settings)),
    changes: optional(Changes, row.changes),
    evidence: EvidenceSummary.parse(JSON.parse(row.evidence)),
    review: ReviewSummary.parse(JSON.parse(row.review)),
    accepted: Accepted.parse(JSON.parse(row.accepted)),
    grade: optional(Grade, row.grade),
    sandbox: optional(SandboxRecord, row.sandbox),
    error: optional(Failure, row.error),
    landed: optional(Landing, row.landed),
    rating: optional(TaskRating, rating_note),
  };
}

/** The task as clients see it. */
export function toTask(
  record: TaskRecord,
  extra: {
    readonly project: string;
    readonly labels: readonly string[];
    readonly depends_on: readonly string[];
  },
): Task {
  return {
    id: record.id,
    project_id: record.project_id,
    project: extra.project,
    title: record.title,
    kind: record.kind as Task["kind"],
    status: record.status,
    scheduler_state: schedulerState(record),
    stage: record.stage,
    block_reason: record.block_reason,
    priority: record.priority,
    agent: record.agent,
    model: record.model,
    labels: [...extra.labels],
    source: record.source,
    external_id: record.external_id,
    parent_task_id: record.parent_task_id,
    depends_on: [...extra.depends_on],
    branch: record.branch,
    base_branch: record.base_branch,
    base_sha: record.base_sha,
    head_sha: record.head_sha,
    changes: record.changes,
    attempts: record.attempts,
    fence: record.fence,
    evidence: record.evidence,
    review: record.review,
    accepted: [...record.accepted],
    grade: record.grade,
    usage: usageOf(record),
    sandbox: record.sandbox,
    error: record.error,
    list_id: record.list_id,
    revisions: record.revisions,
    redeliveries: record.redeliveries,
    landed: record.landed,
    rating: record.rating,
    discarded_at: timeOrNull(record.discarded_at),
    created_at: time(record.created_at),
    updated_at: time(record.updated_at),
    started_at: timeOrNull(record.started_at),
    finished_at: timeOrNull(record.finished_at),
    heartbeat_at: timeOrNull(record.heartbeat_at),
    progress_at: timeOrNull(record.progress_at),
    not_before: timeOrNull(record.not_before),
  };
}

/** The dispatcher's view of a task. `task-list.ts` says the same in SQL. */
export function schedulerState(
  record: Pick<TaskRecord, "status" | "block_reason" | "not_before">,
): SchedulerState {
  switch (record.status) {
    case "queued":
      return record.not_before === null ? "queued" : "retry_backoff";
    case "waiting":
      return record.block_reason?.code.startsWith("dependency") ? "awaiting_dependencies" : "waiting";
    case "done":
    case "no_change":
      return "done";
    case "failed":
    case "budget_exhausted":
      return "failed";
    case "cancelled":
      return "cancelled";
    default:
      return "running";
  }
}

/** What a task has used so far, over all attempts and retries. */
export function usageOf(
  record: Pick<TaskRecord, "input_tokens" | "output_tokens" | "cached_tokens" | "cost_usd" | "cost_unknown">,
): Task["usage"] {
  return {
    input_tokens: record.input_tokens,
    output_tokens: record.output_tokens,
    cached_tokens: record.cached_tokens,
    total_tokens: record.input_tokens + record.output_tokens,
    cost_usd: record.cost_unknown ? null : record.cost_usd,
  };
}

function optional<T extends z.ZodType>(schema: T, text: string | null): z.output<T> | null {
  return text === null ? null : schema.parse(JSON.parse(text));
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : time(ms);
}
