import type { StoredTaskRequest } from "@harness/protocol";
import type { TasksTable } from "../storage/index.ts";
import type { EvidenceSummary, ReviewSummary, TaskLimits, TaskRecord } from "./task-row.ts";

/** What is known of a task when it is submitted. */
export interface NewTask {
  readonly id: string;
  readonly project_id: string;
  readonly base_branch: string;
  readonly title: string;
  /** The request as it was accepted, whole: a restart needs nothing else. */
  readonly request: StoredTaskRequest;
  readonly limits: TaskLimits;
  /** Where it came from when the request does not say. */
  readonly source: string;
  /** Work it begins with, where it is there already. */
  readonly work?: Pick<TaskRecord, "base_sha" | "head_sha" | "changes">;
  /** The list it was submitted with. */
  readonly list_id?: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Nothing is proven yet. */
export const NO_EVIDENCE: EvidenceSummary = { state: "none", commit: null, counts: null };
/** Nobody has reviewed anything yet. */
export const NO_REVIEW: ReviewSummary = {
  verdict: null,
  rounds: 0,
  commit: null,
  agent: null,
  state: "none",
};

/** What nobody has worked on: queued, nothing used, nothing proven. */
const UNTOUCHED = {
  kind: "prompt",
  status: "queued",
  stage: null,
  block_reason: null,
  not_before: null,
  pending_dependencies: 0,
  branch: null,
  attempts: 0,
  tries: 0,
  inherit_from: 1,
  fence: 0,
  current_attempt_id: null,
  evidence: JSON.stringify(NO_EVIDENCE),
  review: JSON.stringify(NO_REVIEW),
  accepted: "[]",
  extra_rounds: 0,
  grade: null,
  grade_letter: null,
  first_validation: null,
  first_review: null,
  input_tokens: 0,
  output_tokens: 0,
  cached_tokens: 0,
  turns: 0,
  cost_usd: 0,
  cost_unknown: 0,
  sandbox: null,
  error: null,
  wall_ms: 0,
  progress: null,
  redeliveries: 0,
  wait_expires_at: null,
  wait_account: null,
  wait_cause: null,
  revisions: 0,
  landed: null,
  discarded_at: null,
  rating: null,
  rating_note: null,
  started_at: null,
  finished_at: null,
  heartbeat_at: null,
  progress_at: null,
} as const satisfies Partial<TasksTable>;

/** The row of a task as it is submitted. */
export function newTaskRow(task: NewTask): TasksTable {
  const { request, work, now } = task;
  return {
    ...UNTOUCHED,
    id: task.id,
    project_id: task.project_id,
    title: task.title,
    request: JSON.stringify(request),
    settings: JSON.stringify(task.limits),
    priority: request.priority ?? 0,
    queued_at: now,
    agent: request.agent ?? "auto",
    model: request.model ?? null,
    source: request.source ?? task.source,
    external_id: request.external_id ?? null,
    parent_task_id: request.parent_task_id ?? null,
    base_branch: task.base_branch,
    base_sha: work?.base_sha ?? null,
    head_sha: work?.head_sha ?? null,
    changes: work?.changes ? JSON.stringify(work.changes) : null,
    list_id: task.list_id ?? null,
    created_at: now,
    updated_at: now,
  };
}
