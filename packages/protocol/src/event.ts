import { z } from "zod";
import { BudgetMode, BudgetScope, budgetScopes } from "./budget.ts";
import { Evidence, Grade, ReviewRound } from "./evidence.ts";
import { HookRun } from "./hook.ts";
import { Item } from "./item.ts";
import { madeWhenAsked } from "./made-when-asked.ts";
import { TaskRating } from "./rating.ts";
import { SandboxProfile, SandboxRecord } from "./sandbox.ts";
import { Intervention, moduleFigures, Requirements } from "./task-plan.ts";
import { threadEvents } from "./thread-event.ts";
import {
  AttemptStatus,
  BlockReason,
  CommitSha,
  Failure,
  Landing,
  StageName,
  StageOutcome,
  TaskStatus,
  Timestamp,
  Usage,
} from "./words.ts";

/** The rows of {@link eventData}, as they are written. */
const written = {
  "server.started": () => z.object({ pid: z.number().int(), version: z.string(), epoch: z.string() }),
  "server.stopped": () => z.object({ reason: z.string() }),
  "process.reaped": () => z.object({ pid: z.number().int(), cookie: z.string() }),
  "sandbox.refused": () =>
    z.object({
      operation: z.string(),
      asked: z.string().meta({ description: "The profile, or the parameter that would have led out" }),
      most: SandboxProfile,
      request_id: z.string(),
    }),
  "network.refused": () =>
    z.object({
      host: z.string().meta({ description: "As the program named it" }),
      why: z.string(),
      agent: z.string(),
    }),
  "project.registered": () => z.object({ name: z.string(), root: z.string() }),
  "project.updated": () => z.object({ changed: z.array(z.string()) }),
  "project.removed": () => z.object({ name: z.string() }),
  "project.file_approved": () => z.object({ sha256: z.string() }),
  "project.file_changed": () => z.object({ sha256: z.string().nullable() }),
  "task.queued": () => z.object({ title: z.string(), priority: z.number().int(), reason: z.string() }),
  "task.status_changed": () => z.object({ from: TaskStatus.nullable(), to: TaskStatus, reason: z.string() }),
  "task.waiting": () => z.object({ block_reason: BlockReason }),
  "task.unblocked": () => z.object({ code: z.string(), by: z.string() }),
  "task.accepted": () => z.object({ code: z.string() }),
  "task.ended": () => z.object({ status: TaskStatus, error: Failure.nullable() }),
  "task.revised": () => z.object({ number: z.number().int(), text: z.string() }),
  "task.landed": () => z.object({ landing: Landing }),
  "task.discarded": () => z.object({ branch: z.string().nullable(), commit: CommitSha.nullable() }),
  "task.prioritized": () => z.object({ from: z.number().int(), to: z.number().int() }),
  "task.rated": () =>
    z.object({ rating: TaskRating.nullable().meta({ description: "null: it was taken back" }) }),
  "task.intervened": () => z.object({ number: z.number().int(), guidance: z.string() }),
  "task.intervention_delivered": () =>
    z.object({
      number: z.number().int(),
      delivered: Intervention.shape.delivered.unwrap(),
    }),
  "requirements.completed": () => Requirements,
  "plan.completed": () =>
    z.object({
      modules: z.array(z.string()),
      estimated_iterations: z.number().int().nullable(),
    }),
  "module.started": () => z.object({ module: z.string(), round: z.number().int() }),
  "module.iterated": () =>
    z.object({
      module: z.string().nullable(),
      iteration: z.number().int(),
      round: z.number().int(),
      commit: CommitSha,
      ...moduleFigures,
    }),
  "module.completed": () =>
    z.object({
      module: z.string(),
      iterations: z.number().int(),
      commit: CommitSha,
      ...moduleFigures,
    }),
  "attempt.started": () =>
    z.object({ attempt_id: z.string(), number: z.number().int(), fence: z.number().int() }),
  "attempt.ended": () => z.object({ attempt_id: z.string(), status: AttemptStatus, reason: z.string() }),
  "attempt.fence_rejected": () =>
    z.object({
      attempt_id: z.string(),
      fence: z.number().int(),
      current: z.number().int(),
      write: z.string(),
    }),
  "stage.started": () => z.object({ attempt_id: z.string(), stage: StageName, round: z.number().int() }),
  "stage.ended": () =>
    z.object({
      attempt_id: z.string(),
      stage: StageName,
      round: z.number().int(),
      outcome: StageOutcome,
      detail: z.string().nullable(),
      duration_ms: z.number().int(),
    }),
  "workspace.opened": () =>
    z.object({
      attempt_id: z.string(),
      path: z.string(),
      base_sha: CommitSha,
      sandbox: SandboxRecord,
    }),
  "workspace.removed": () => z.object({ attempt_id: z.string() }),
  "snapshot.taken": () =>
    z.object({
      attempt_id: z.string(),
      commit: CommitSha,
      files: z.number().int(),
      insertions: z.number().int(),
      deletions: z.number().int(),
      skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
    }),
  ...threadEvents,
  "usage.updated": () => z.object({ usage: Usage }),
  "turn.warning": () => z.object({ message: z.string() }),
  "policy.decided": () =>
    z.object({
      action: z.string(),
      command: z.string().optional().meta({ description: "The text for a shell, when it was one" }),
      decision: z.enum(["allow", "deny"]),
      reason: z.string(),
      rule: z.string().nullable().optional().meta({ description: "Id of the rule that decided, if one did" }),
      justification: z.string().nullable().optional(),
      by: z
        .enum(["policy", "hook", "answer"])
        .optional()
        .meta({ description: "What decided: rules and settings, a hook, or an answer of a person" }),
    }),
  "hook.ran": () => HookRun,
  "policy.rules_ignored": () =>
    z.object({
      attempt_id: z.string(),
      commit: CommitSha,
      paths: z
        .array(z.string())
        .meta({ description: "Files of rules the agent changed; its copies have no effect" }),
    }),
  "evidence.recorded": () => z.object({ evidence: Evidence.omit({ output: true }) }),
  "review.completed": () => z.object({ review: ReviewRound }),
  "branch.published": () => z.object({ branch: z.string(), commit: CommitSha }),
  "account.parked": () =>
    z.object({
      account: z.string(),
      message: z.string(),
      until: Timestamp,
      wake: Timestamp.meta({ description: "When it is tried again: a little after until" }),
      cause: z.enum(["quota", "failures"]).optional(),
    }),
  "account.probing": () => z.object({ account: z.string() }),
  "account.answered": () => z.object({ account: z.string() }),
  "account.stopped": () => z.object({ account: z.string(), message: z.string(), fix: z.string() }),
  "account.woken": () => z.object({ account: z.string(), tasks: z.number().int(), by: z.string() }),
  "budget.reached": () =>
    z.object({
      scope: BudgetScope,
      why: z.string(),
      until: Timestamp.nullable().meta({ description: "When its next period begins; null: it has none" }),
      budget: z.string().optional(),
      mode: BudgetMode.optional(),
      would_have_stopped: z
        .array(z.string())
        .optional()
        .meta({ description: "Tasks and threads that ran then" }),
    }),
  "budget.warned": () =>
    z.object({
      scope: z.enum([...budgetScopes, "task"]),
      budget: z.string(),
      mode: BudgetMode,
      percent: z.number(),
      why: z.string(),
      until: Timestamp.nullable().meta({ description: "null: the budget of a task, or one for good" }),
    }),
  "budget.shadowed": () =>
    z.object({
      budget: z.string(),
      why: z.string(),
      what: z.string().meta({ description: "The task or thread that would have been stopped or held" }),
    }),
  "storage.full": () => z.object({ reserve_freed: z.boolean() }),
  "storage.recovered": () => z.object({ free_bytes: z.number().int() }),
  "disk.cleaned": () => z.object({ freed_bytes: z.number().int(), what: z.string() }),
  "notification.sent": () =>
    z.object({
      notification_ids: z.array(z.string()),
      channel: z.string(),
      kinds: z.array(z.string()),
    }),
  "notification.failed": () =>
    z.object({
      notification_ids: z.array(z.string()),
      channel: z.string(),
      message: z.string(),
    }),
  "report.created": () => z.object({ report_id: z.string(), since: Timestamp, until: Timestamp }),
  "grade.assigned": () => z.object({ grade: Grade }),
  "token.created": () =>
    z.object({
      token_id: z.string(),
      name: z.string(),
      scopes: z.array(z.string()),
      expires_at: Timestamp.nullable(),
    }),
  "token.revoked": () => z.object({ token_id: z.string(), name: z.string() }),
  "token.rotated": () => z.object({}),
} as const satisfies Record<string, () => z.ZodObject>;

/** What each type of event carries. Every stream, view and metric is read from these. */
export const eventData = madeWhenAsked(written);

export type EventType = keyof typeof eventData;
export const eventTypes = Object.keys(eventData) as readonly EventType[];

/** What an agent says and does word by word and step by step: many a second, and no change of any list. */
export const liveTextTypes: readonly EventType[] = [
  "message.delta",
  "tool.output_delta",
  "item.started",
  "item.completed",
];

/** Ids an event is filed under; null where it does not apply. */
export interface EventScope {
  readonly project_id?: string | null;
  readonly task_id?: string | null;
  readonly thread_id?: string | null;
  readonly turn_id?: string | null;
}

/** An event to append: its type, what it is about and who caused it. */
export type NewEvent = {
  [T in EventType]: EventScope & {
    readonly type: T;
    readonly actor: string;
    readonly data: z.input<(typeof eventData)[T]>;
  };
}[EventType];

const envelope = {
  seq: z.number().int(),
  at: Timestamp,
  project_id: z.string().nullable(),
  task_id: z.string().nullable(),
  thread_id: z.string().nullable(),
  turn_id: z.string().nullable(),
  actor: z.string(),
};

function eventSchema<T extends EventType>(type: T) {
  return z.object({ ...envelope, type: z.literal(type), data: eventData[type] });
}

/** A stored event of one type. */
export type EventOf<T extends EventType> = z.infer<ReturnType<typeof eventSchema<T>>>;

/** The durable record that something happened. `seq` is global and in commit order. */
export type Event = { [T in EventType]: EventOf<T> }[EventType];

/** The discriminated union of every event type; made when it is first used. */
export const Event: z.ZodType<Event> = z
  .lazy(() => {
    const members = eventTypes.map((type) => eventSchema(type));
    return z.discriminatedUnion("type", members as unknown as [ReturnType<typeof eventSchema>]);
  })
  .meta({ id: "Event" }) as unknown as z.ZodType<Event>;

/** What the task stream sends: seed 1's StreamItem union, a projection of the event log. */
export const StreamItem = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("item_started"), item: Item }),
    z.object({ type: z.literal("message_delta"), text: z.string() }),
    z.object({ type: z.literal("tool_output_delta"), item_id: z.string().nullable(), text: z.string() }),
    z.object({ type: z.literal("item_completed"), item: Item }),
    z.object({ type: z.literal("token_usage"), usage: Usage }),
    z.object({ type: z.literal("warning"), message: z.string() }),
    z.object({ type: z.literal("error"), code: z.string(), message: z.string() }),
    z.object({ type: z.literal("approval_request"), id: z.string(), command: z.string() }),
    z.object({ type: z.literal("event"), event: z.string(), data: z.unknown() }),
    z.object({ type: z.literal("done"), status: TaskStatus }),
  ])
  .meta({ id: "StreamItem" });
export type StreamItem = z.infer<typeof StreamItem>;
