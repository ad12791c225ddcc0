import { z } from "zod";
import { Event, eventTypes } from "./event.ts";
import { operation } from "./operation.ts";
import { Argv, Project, ProjectProposal, ReviewSettings, ValidationCommand } from "./project.ts";
import { Proof, Task, TaskArtifact, TaskDetail, TaskId, TaskPrompt } from "./task.ts";
import { RefName, TaskStatus, Timestamp, taskStatuses } from "./words.ts";

const ProjectKey = z.string().min(1).max(4096).meta({ description: "Project id, name or path of its root" });
const AttemptId = z.string().regex(/^att_[0-9A-HJKMNP-TV-Z]{26}$/, "expected an attempt id such as att_01…");

const taskFields = {
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
  agent: z.string().min(1).max(100).optional(),
  model: z.string().min(1).max(200).optional(),
  reviewer: z.string().min(1).max(100).optional(),
  skip_triage: z.boolean().optional(),
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
  retry_base_backoff_ms: z.number().int().min(0).max(86_400_000).optional(),
  retry_max_backoff_ms: z.number().int().min(0).max(86_400_000).optional(),
  source: z.string().min(1).max(100).optional(),
  external_id: z.string().min(1).max(200).optional(),
  labels: z.array(z.string().min(1).max(100)).max(50).optional(),
  parent_task_id: TaskId.optional(),
  depends_on: z.array(TaskId).max(100).optional(),
  priority: z
    .number()
    .int()
    .min(0)
    .max(2)
    .optional()
    .meta({ description: "0 normal, 1 high, 2 urgent; waiting raises it with time" }),
};

/** What a caller may ask of a task. At least one of prompt, issue and pr is needed. */
export const TaskRequest = z.strictObject(taskFields).meta({ id: "TaskRequest" });
export type TaskRequest = z.infer<typeof TaskRequest>;

const IdempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .optional()
  .meta({ description: "Same as the Idempotency-Key header" });

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

/** One page of a list. `next_cursor` is opaque and absent on the last page. */
const Page = z
  .object({ limit: z.number().int(), has_more: z.boolean(), next_cursor: z.string().nullable() })
  .meta({ id: "Page" });

const Limit = z
  .number()
  .int()
  .min(1)
  .max(500)
  .optional()
  .meta({ description: "Rows a page, 1 to 500; 50 unless told" });
const Cursor = z.string().min(1).max(500).optional();
const StatusChange = z.object({ task_id: z.string(), status: TaskStatus }).meta({ id: "TaskStatusChange" });

const settingFields = {
  base_branch: RefName.optional(),
  branch_prefix: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/)
    .optional(),
  setup: z.array(Argv).max(20).optional(),
  copy_files: z.array(z.string().min(1).max(500)).max(50).optional(),
  cache_dirs: z.array(z.string().min(1).max(500)).max(20).optional(),
  validation: z.union([z.literal("none"), z.array(ValidationCommand).max(20)]).optional(),
  validation_timeout_secs: z.number().int().min(1).max(86_400).optional(),
  review: ReviewSettings.partial().optional(),
  max_concurrent: z.number().int().min(1).max(1000).optional(),
  default_agent: z.string().min(1).max(100).optional(),
  lfs: z.boolean().optional(),
  submodules: z.boolean().optional(),
};

const ProjectName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "expected letters, digits and . _ -");

/** Where the runtime log is, without showing a path outside. */
const RuntimeLogs = z.object({
  state: z.enum(["active", "disabled"]),
  path_hint: z.string(),
  retention_days: z.number().int(),
});

const AgentState = z
  .object({
    name: z.string(),
    kind: z.string(),
    installed: z.boolean(),
    version: z.string().nullable(),
    logged_in: z.union([z.boolean(), z.literal("unknown")]),
    models: z.array(z.string()),
    problem: z.string().nullable(),
    fix: z.string().nullable(),
  })
  .meta({ id: "AgentState" });
export type AgentState = z.infer<typeof AgentState>;

/** One thing `harness doctor` looked at. */
export const DoctorCheck = z
  .object({ name: z.string(), ok: z.boolean(), detail: z.string(), fix: z.string().nullable() })
  .meta({ id: "DoctorCheck" });
export type DoctorCheck = z.infer<typeof DoctorCheck>;

const Queue = z.object({ running: z.number().int(), queued: z.number().int(), limit: z.number().int() });

/** Every capability of Harness, one row each. */
export const operations = {
  "health/get": operation({
    summary: "Whether the server is up and can store; shows nothing private",
    http: ["GET /health"],
    scope: "open",
    mcp: false,
    params: z.strictObject({}),
    result: z.object({ status: z.enum(["ok", "degraded"]), version: z.string(), runtime_logs: RuntimeLogs }),
    errors: [],
  }),
  "server/status": operation({
    summary: "What the server is doing now",
    http: ["GET /status"],
    scope: "read",
    mcp: true,
    cli: "status",
    params: z.strictObject({}),
    result: z.object({
      version: z.string(),
      pid: z.number().int(),
      started_at: Timestamp,
      draining: z.boolean(),
      database: z.enum(["sqlite", "postgres"]),
      data_dir: z.string(),
      sandbox: z.string(),
      running: z.number().int(),
      queued: z.number().int(),
      limit: z.number().int(),
      by_status: z.record(z.string(), z.number().int()),
      waiting: z.array(
        z.object({
          task_id: z.string(),
          title: z.string(),
          code: z.string(),
          message: z.string(),
          unblock: z.array(z.string()),
        }),
      ),
      last_seq: z.number().int(),
    }),
    errors: [],
  }),
  "server/doctor": operation({
    summary: "Test agents, sandbox, git, disk and storage for real, and say how to fix what fails",
    http: ["GET /doctor"],
    scope: "read",
    mcp: false,
    cli: "doctor",
    params: z.strictObject({}),
    result: z.object({ ok: z.boolean(), checks: z.array(DoctorCheck), agents: z.array(AgentState) }),
    errors: [],
  }),
  "agent/list": operation({
    summary: "Agents this server can run",
    http: ["GET /agents"],
    scope: "read",
    mcp: true,
    cli: "agent list",
    params: z.strictObject({}),
    result: z.object({ agents: z.array(AgentState) }),
    errors: [],
  }),
  "auth/login_code": operation({
    summary: "Make a single-use browser login code, valid for two minutes",
    http: ["POST /auth/login-codes"],
    status: 201,
    scope: "operate",
    mcp: false,
    cli: "login",
    params: z.strictObject({}),
    result: z.object({ url: z.string(), expires_at: Timestamp }),
    errors: [],
  }),
  "project/detect": operation({
    summary: "Look at a repository and propose settings; stores nothing",
    http: ["POST /projects/detect"],
    scope: "operate",
    mcp: false,
    params: z.strictObject({ root: z.string().min(1).max(4096) }),
    result: ProjectProposal,
    errors: ["not_a_repository", "root_not_allowed", "config_invalid", "invalid_ref"],
  }),
  "project/create": operation({
    summary: "Register a repository; the same id and root again updates it",
    http: ["POST /projects"],
    status: 201,
    scope: "operate",
    mcp: false,
    cli: "project add",
    params: z.strictObject({
      id: ProjectName.optional().meta({ description: "Name of the project (seed 1's id)" }),
      root: z.string().min(1).max(4096),
      default: z.boolean().optional(),
      approve_file_sha256: z
        .string()
        .optional()
        .meta({ description: "Hash of the project's own settings file, approved by a person" }),
      ...settingFields,
    }),
    result: Project,
    errors: [
      "not_a_repository",
      "root_not_allowed",
      "project_exists",
      "config_invalid",
      "config_changed",
      "invalid_ref",
      "agent_not_found",
      "draining",
    ],
  }),
  "project/list": operation({
    summary: "Registered projects, by name",
    http: ["GET /projects"],
    scope: "read",
    mcp: true,
    cli: "project list",
    params: z.strictObject({ limit: Limit, cursor: Cursor }),
    result: z.object({ data: z.array(Project), page: Page }),
    errors: ["invalid_cursor"],
  }),
  "project/queue_stats": operation({
    summary: "Running and queued tasks, in all and by project",
    http: ["GET /projects/queue-stats"],
    scope: "read",
    mcp: true,
    params: z.strictObject({}),
    result: z.object({ global: Queue, projects: z.record(z.string(), Queue) }),
    errors: [],
  }),
  "project/get": operation({
    summary: "One project",
    http: ["GET /projects/{project}"],
    scope: "read",
    mcp: true,
    cli: "project show",
    params: z.strictObject({ project: ProjectKey }),
    result: Project,
    errors: ["project_not_found"],
  }),
  "project/update": operation({
    summary: "Change a project's settings",
    http: ["PATCH /projects/{project}"],
    scope: "operate",
    mcp: false,
    cli: "project set",
    params: z.strictObject({
      project: ProjectKey,
      default: z.boolean().optional(),
      active: z.boolean().optional(),
      ...settingFields,
    }),
    result: Project,
    errors: ["project_not_found", "invalid_ref", "agent_not_found", "draining"],
  }),
  "project/approve_file": operation({
    summary: "Approve the project's own settings file as it stands on the base branch, by its hash",
    http: ["POST /projects/{project}/file/approve"],
    scope: "operate",
    mcp: false,
    cli: "project approve",
    params: z.strictObject({ project: ProjectKey, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    result: Project,
    errors: ["project_not_found", "config_changed", "config_invalid", "draining"],
  }),
  "project/delete": operation({
    summary: "Forget a project; its repository is not touched",
    http: ["DELETE /projects/{project}"],
    scope: "operate",
    mcp: false,
    cli: "project remove",
    params: z.strictObject({ project: ProjectKey }),
    result: z.object({ deleted: z.boolean() }),
    errors: ["project_not_found", "project_busy", "draining"],
  }),
  "task/create": operation({
    summary: "Submit a task",
    http: ["POST /tasks"],
    status: 202,
    scope: "submit",
    mcp: true,
    cli: "task submit",
    idempotent: true,
    params: z.strictObject({ ...taskFields, idempotency_key: IdempotencyKey }),
    result: TaskCreated,
    errors: [
      "project_not_found",
      "task_not_found",
      "agent_not_found",
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
    mcp: true,
    idempotent: true,
    params: z.strictObject({
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
    result: z.array(
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
  "task/list": operation({
    summary: "Tasks, newest first, filtered",
    http: ["GET /tasks"],
    scope: "read",
    mcp: true,
    cli: "task list",
    params: z.strictObject({
      status: z.array(z.enum(taskStatuses)).max(20).optional(),
      active: z.boolean().optional().meta({ description: "true: not ended; false: ended" }),
      kind: z
        .array(z.enum(["prompt", "issue", "pr"]))
        .max(3)
        .optional(),
      source: z.string().max(100).optional(),
      project_id: z.array(ProjectKey).max(50).optional(),
      label: z.string().max(100).optional(),
      counts: z
        .boolean()
        .optional()
        .meta({ description: "true: count exactly for this filter, which reads every match" }),
      limit: Limit,
      cursor: Cursor,
    }),
    result: z.object({
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
    params: z.strictObject({ task_id: TaskId }),
    result: TaskDetail,
    errors: ["task_not_found"],
  }),
  "task/cancel": operation({
    summary: "Stop a task: kills its processes, keeps its work on a ref",
    http: ["POST /tasks/{task_id}/cancel"],
    scope: "submit",
    mcp: true,
    cli: "task cancel",
    params: z.strictObject({ task_id: TaskId, reason: z.string().max(1000).optional() }),
    result: StatusChange,
    errors: ["task_not_found", "illegal_transition"],
  }),
  "task/retry": operation({
    summary: "Queue a failed, cancelled or budget-exhausted task again; totals are kept",
    http: ["POST /tasks/{task_id}/retry"],
    scope: "submit",
    mcp: true,
    cli: "task retry",
    params: z.strictObject({
      task_id: TaskId,
      fresh: z.boolean().optional().meta({ description: "Start from the base instead of the kept work" }),
      max_budget_usd: z.number().positive().max(1_000_000).optional(),
      max_tokens: z.number().int().min(1).optional(),
    }),
    result: StatusChange,
    errors: ["task_not_found", "illegal_transition", "draining"],
  }),
  "task/unblock": operation({
    summary: "End a wait: the task is queued again and resumes where it stopped",
    http: ["POST /tasks/{task_id}/unblock"],
    scope: "submit",
    mcp: true,
    cli: "task unblock",
    params: z.strictObject({
      task_id: TaskId,
      rounds: z
        .number()
        .int()
        .min(1)
        .max(20)
        .optional()
        .meta({ description: "More review or validation rounds" }),
    }),
    result: StatusChange,
    errors: ["task_not_found", "illegal_transition", "draining"],
  }),
  "task/accept": operation({
    summary:
      "A person accepts what is unproven (no validation, no reviewer, open findings); recorded and shown in the grade",
    http: ["POST /tasks/{task_id}/accept"],
    scope: "operate",
    mcp: false,
    cli: "task accept",
    params: z.strictObject({
      task_id: TaskId,
      head_sha: z
        .string()
        .optional()
        .meta({ description: "Refuse when the work has moved from this commit" }),
    }),
    result: StatusChange,
    errors: ["task_not_found", "illegal_transition", "evidence_stale", "draining"],
  }),
  "task/proof": operation({
    summary: "What was verified, on which commit, and who reviewed it",
    http: ["GET /tasks/{task_id}/proof"],
    scope: "read",
    mcp: true,
    cli: "task proof",
    params: z.strictObject({ task_id: TaskId }),
    result: Proof,
    errors: ["task_not_found", "not_finished"],
  }),
  "task/prompts": operation({
    summary: "Every prompt an agent was given for a task",
    http: ["GET /tasks/{task_id}/prompts"],
    scope: "read",
    mcp: false,
    cli: "task prompts",
    params: z.strictObject({ task_id: TaskId }),
    result: z.array(TaskPrompt),
    errors: ["task_not_found"],
  }),
  "task/artifacts": operation({
    summary: "Texts a task produced: final messages, diffs, validation output",
    http: ["GET /tasks/{task_id}/artifacts"],
    scope: "read",
    mcp: false,
    cli: "task artifacts",
    params: z.strictObject({ task_id: TaskId }),
    result: z.array(TaskArtifact),
    errors: ["task_not_found"],
  }),
  "task/diff": operation({
    summary: "The change a task made, from its base to its newest snapshot",
    http: ["GET /tasks/{task_id}/diff"],
    scope: "read",
    mcp: true,
    cli: "task diff",
    params: z.strictObject({ task_id: TaskId }),
    result: z.object({
      task_id: z.string(),
      base: z.string().nullable(),
      head: z.string().nullable(),
      files: z.array(
        z.object({
          path: z.string(),
          status: z.string(),
          insertions: z.number().int(),
          deletions: z.number().int(),
        }),
      ),
      patch: z.string(),
      cut: z.boolean(),
    }),
    errors: ["task_not_found", "git_failed"],
  }),
  "event/query": operation({
    summary: "Events of the log, in order",
    http: ["GET /api/events"],
    scope: "read",
    mcp: false,
    cli: "task logs",
    params: z.strictObject({
      after_seq: z.number().int().min(0).optional(),
      task_id: TaskId.optional(),
      project_id: z.string().max(100).optional(),
      attempt_id: AttemptId.optional(),
      type: z
        .array(z.enum(eventTypes as unknown as [string, ...string[]]))
        .max(50)
        .optional(),
      limit: Limit,
    }),
    result: z.object({ data: z.array(Event), last_seq: z.number().int(), has_more: z.boolean() }),
    errors: ["task_not_found"],
  }),
} as const;

export type Operations = typeof operations;
export type OperationName = keyof Operations;
/** What a caller sends. */
export type Params<N extends OperationName> = z.input<Operations[N]["params"]>;
/** What a handler receives. */
export type Parsed<N extends OperationName> = z.output<Operations[N]["params"]>;
export type Result<N extends OperationName> = z.output<Operations[N]["result"]>;
