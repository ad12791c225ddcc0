import { z } from "zod";
import { Timestamp } from "./words.ts";

/** A thread's id, or the name a client of seed 2 gave its session. */
export const SessionId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    "expected a thread id (thr_…) or a name of letters, digits and . _ -",
  );

/** A thread as seed 2 lists it. */
export const Session = z
  .object({
    id: z.string().meta({ description: "The name its client gave it, else the thread's id" }),
    thread_id: z.string(),
    user_id: z.null().meta({ description: "There are no users: the token is one person's" }),
    created_at: Timestamp,
    updated_at: Timestamp,
    title: z.string().meta({ description: "The thread's title, else its first message" }),
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof Session>;

/** Something an agent ran, changed or asks leave for in a thread. */
export const PlanJob = z
  .object({
    job_id: z.string(),
    tool: z.string(),
    command: z.string().nullable(),
    status: z.enum(["waiting_approval", "running", "blocked", "succeeded", "failed"]).meta({
      description: "As the agent reports it; blocked: denied, or cut short with its turn",
    }),
    output_transcript: z.string().meta({ description: "At most 16,000 characters, its end" }),
    output_preview: z.string().meta({ description: "At most 512 characters, its beginning" }),
    has_error_output: z.boolean(),
  })
  .meta({ id: "PlanJob" });
export type PlanJob = z.infer<typeof PlanJob>;

/** What follows a turn that ended. */
export const PlanFollowup = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("checkpoint"), step: z.string(), next_step: z.string().nullable() }),
    z.object({
      kind: z.literal("retry_or_replan"),
      step: z.string(),
      command: z.string().nullable(),
      retry_count: z.number().int(),
    }),
  ])
  .meta({ id: "PlanFollowup" });
export type PlanFollowup = z.infer<typeof PlanFollowup>;

/** What an agent means to write in the newest turn, and how far it is: read from what it planned, looked at and changed. */
export const PlanAuthoring = z
  .object({
    request: z.string().meta({ description: "The words of the turn, at most 4,000 characters" }),
    phase: z.enum(["context_built", "plan_created", "files_inspected", "edits_applied", "validated"]).meta({
      description:
        "The furthest it came. validated: Harness itself ran the checks on exactly this snapshot and they passed (VERIFIED); an agent that says so stays at edits_applied",
    }),
    candidate_files: z
      .array(z.string())
      .meta({ description: "Files the request and the plan name; they need not exist" }),
    inspected_files: z.array(z.string()).meta({ description: "As the agent reported them" }),
    edit_scope: z.array(z.string()).meta({
      description: "Files the agent reported as changed; what commands changed is in the diff of the thread",
    }),
    structured_plan: z
      .object({
        primary_files: z.array(z.string()),
        supporting_files: z.array(z.string()).meta({ description: "Looked at, and no primary file" }),
        validation_files: z.array(z.string()),
        planned_edits: z.array(z.object({ path: z.string(), change: z.string(), why: z.string() })),
        validation_plan: z.array(z.object({ command: z.string(), scope: z.string() })),
      })
      .nullable()
      .meta({ description: "The plan of modules a task has; null where an agent planned in its own words" }),
  })
  .meta({ id: "PlanAuthoring" });
export type PlanAuthoring = z.infer<typeof PlanAuthoring>;

/** Seed 2's planner state: computed from the items, turns and questions of a thread, never kept by itself. */
export const PlanState = z
  .object({
    explanation: z.string().nullable(),
    items: z.array(
      z.object({
        step: z.string(),
        status: z.enum(["pending", "in_progress", "completed", "blocked"]),
        job_id: z.string().nullable(),
      }),
    ),
    runtime: z.object({
      active_tool: z.string().nullable(),
      active_command: z.string().nullable(),
      active_status: PlanJob.shape.status.nullable(),
      active_job_id: z.string().nullable(),
      jobs: z.array(PlanJob).meta({ description: "The newest 100, oldest first" }),
      followup: PlanFollowup.nullable(),
      followup_history: z.array(PlanFollowup).meta({ description: "The newest 20 before, oldest first" }),
      loop_stage: z
        .enum([
          "planning",
          "inspecting",
          "executing",
          "feedback",
          "retry_pending",
          "replan_required",
          "responding",
        ])
        .nullable(),
      last_outcome: z
        .enum([
          "waiting_approval",
          "succeeded",
          "failed",
          "checkpointed",
          "retry_pending",
          "replan_required",
          "responded",
        ])
        .nullable(),
      last_feedback: z.string().nullable(),
      authoring: PlanAuthoring.nullable().meta({ description: "Null while the newest turn only answers" }),
    }),
  })
  .meta({ id: "PlanState" });
export type PlanState = z.infer<typeof PlanState>;

/** What an agent said to a message, or what it waits for. */
export const ChatAnswer = z
  .object({
    message: z.string(),
    session_id: z.string(),
    turn_id: z.string().nullable(),
    status: z.enum(["completed", "pending", "rejected", "running", "queued", "failed", "cancelled"]).meta({
      description: "pending: an approval is asked for (pending_id); running: wait_secs were over first",
    }),
    pending_id: z.string().optional(),
    pending_tools: z.array(z.object({ id: z.string(), tool: z.string(), args: z.unknown() })),
  })
  .meta({ id: "ChatAnswer" });
export type ChatAnswer = z.infer<typeof ChatAnswer>;
