import { z } from "zod";

/** RFC 3339 UTC time, as every time on the wire. */
export const Timestamp = z.iso.datetime().meta({ description: "RFC 3339 time in UTC" });

/** A full git object id (SHA-1 or SHA-256). */
export const CommitSha = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, "expected a full git object id");

/** A git ref name Harness accepts from a caller (SAFETY.md B3). */
export const RefName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/,
    "expected letters, digits and . _ / - only, starting with a letter or digit",
  );

/** How a prompt is answered: by a model, without one, or by a model that is told what was looked up without it. */
export const executionStrategies = ["auto", "grounded", "deterministic", "model"] as const;
export type ExecutionStrategy = (typeof executionStrategies)[number];
/** The same as a caller may write it: `model_only` is another word for `model`. */
export const ExecutionStrategyWord = z.enum([...executionStrategies, "model_only"]).meta({
  description:
    "auto: without a model what is surely understood without one; grounded: a model that is told what was looked up first; deterministic: never a model; model (or model_only): always a model",
});
export type ExecutionStrategyWord = z.infer<typeof ExecutionStrategyWord>;

/** By which strategy a turn is answered, whose word that is, and why a model is asked or not. */
export const StrategyChoice = z
  .object({
    strategy: z.enum(executionStrategies),
    set_by: z.enum(["turn", "thread", "operator"]).meta({
      description:
        "turn: said with its words; thread: kept on the thread; operator: agents.execution_strategy",
    }),
    asks_model: z.boolean(),
    reason: z.string(),
  })
  .meta({ id: "StrategyChoice" });
export type StrategyChoice = z.infer<typeof StrategyChoice>;

/** The status of a task; `waiting` always comes with a block_reason. Terminal: done, no_change, failed, cancelled, budget_exhausted. */
export const taskStatuses = [
  "queued",
  "triaging",
  "planning",
  "implementing",
  "validating",
  "reviewing",
  "publishing",
  "waiting",
  "done",
  "no_change",
  "failed",
  "cancelled",
  "budget_exhausted",
] as const;
export const TaskStatus = z.enum(taskStatuses);
export type TaskStatus = z.infer<typeof TaskStatus>;

/** Statuses a live attempt owns. */
export const runningStatuses = [
  "triaging",
  "planning",
  "implementing",
  "validating",
  "reviewing",
  "publishing",
] as const;
/** Statuses nothing leaves by itself. */
export const terminalStatuses = ["done", "no_change", "failed", "cancelled", "budget_exhausted"] as const;

/** Where a task stands for the dispatcher: seed 1's view of the same status, a projection. */
export const SchedulerState = z.enum([
  "queued",
  "awaiting_dependencies",
  "running",
  "retry_backoff",
  "waiting",
  "done",
  "failed",
  "cancelled",
]);
export type SchedulerState = z.infer<typeof SchedulerState>;

/** One step of an attempt. `setup` runs the project's own commands in the workspace. */
export const stageNames = [
  "workspace",
  "setup",
  "triage",
  "plan",
  "implement",
  "snapshot",
  "validate",
  "review",
  "publish",
  "grade",
  "cleanup",
] as const;
export const StageName = z.enum(stageNames);
export type StageName = z.infer<typeof StageName>;

/** How a stage ended; `inherited` means a crashed attempt had finished it and its result was reused. */
export const StageOutcome = z.enum(["ok", "failed", "skipped", "inherited", "cancelled", "crashed"]);
export type StageOutcome = z.infer<typeof StageOutcome>;

export const AttemptStatus = z.enum(["running", "succeeded", "failed", "crashed", "cancelled", "superseded"]);
export type AttemptStatus = z.infer<typeof AttemptStatus>;

export const Verdict = z.enum(["approved", "changes_requested", "waiting"]);
export type Verdict = z.infer<typeof Verdict>;

/** Who an agent is in a turn; `chat` is a conversation of a person that belongs to no task. */
export const Role = z.enum(["triage", "planner", "implementer", "reviewer", "chat"]);
export type Role = z.infer<typeof Role>;

/** Why a task waits and what ends the wait. Every non-terminal task without a live attempt or a timer carries one. */
export const BlockReason = z
  .object({
    code: z.enum([
      "no_validation",
      "no_reviewer",
      "review_limit",
      "dependency",
      "dependency_failed",
      "config_unapproved",
      "sandbox_unavailable",
      "agent_unavailable",
      "quota",
      "provider_failing",
      "auth",
      "redelivery_limit",
      "budget",
      "storage_full",
      "repository",
      "dead_letter",
      // What a dead letter of crashes was called before; old rows still say it.
      "crash_loop",
      "approval",
      "interrupted",
      "secret_egress",
    ]),
    message: z.string(),
    needs: z.string().meta({ description: "Who or what must act: person, timer, dependency" }),
    since: Timestamp,
    unblock: z.array(z.string()).meta({ description: "Commands that end the wait" }),
    until: Timestamp.nullable().meta({ description: "When a timer ends the wait by itself" }),
    expires_at: Timestamp.nullable()
      .optional()
      .meta({ description: "When the wait has lasted too long and the task fails" }),
    account: z.string().optional().meta({ description: "Agent account it waits for, of a quota or a login" }),
    budget: z.string().optional().meta({ description: "The budget that holds it" }),
  })
  .meta({ id: "BlockReason" });
export type BlockReason = z.infer<typeof BlockReason>;

/** How an agent's account stands: usable, parked until its quota is back or it has rested after failures, probing while one turn tries it, or stopped until a person logs in again. */
export const AccountState = z.enum(["ok", "parked", "probing", "stopped"]);
export type AccountState = z.infer<typeof AccountState>;

/** Where the work of a task went, once a person took it into a branch. */
export const Landing = z
  .object({
    branch: z.string(),
    commit: CommitSha,
    how: z.enum(["fast_forward", "merge", "already_merged"]),
    at: Timestamp,
  })
  .meta({ id: "Landing" });
export type Landing = z.infer<typeof Landing>;

/** Tokens and money of a turn, an attempt or a task. Unknown cost is null, never 0. */
export const Usage = z
  .object({
    input_tokens: z.number().int(),
    output_tokens: z.number().int(),
    cached_tokens: z.number().int(),
    total_tokens: z.number().int(),
    cost_usd: z.number().nullable(),
  })
  .meta({ id: "Usage" });
export type Usage = z.infer<typeof Usage>;

/** A failure kept on a record: a code a program can read and a sentence a person can. */
export const Failure = z.object({ code: z.string(), message: z.string() }).meta({ id: "Failure" });
export type Failure = z.infer<typeof Failure>;
