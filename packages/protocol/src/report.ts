import { z } from "zod";
import { Grade, TestCounts } from "./evidence.ts";
import { AccountState, CommitSha, Failure, Landing, TaskStatus, Timestamp, Verdict } from "./words.ts";

const Command = z
  .string()
  .meta({ description: "What a person can type next; made by Harness, safe to paste" });

/** What every line about a task begins with. */
const taskLine = {
  task_id: z.string(),
  project_id: z.string(),
  project: z.string(),
  title: z.string().meta({ description: "Text of others" }),
};

/** Tokens, money and time of some turns. Unknown cost is null, never 0; `cost_known_usd` is the part that is known. */
export const Spend = z
  .object({
    turns: z.number().int(),
    input_tokens: z.number().int(),
    output_tokens: z.number().int(),
    cost_usd: z.number().nullable(),
    cost_known_usd: z.number(),
    wall_ms: z.number().int().meta({ description: "Time the turns ran, added up" }),
  })
  .meta({ id: "Spend" });
export type Spend = z.infer<typeof Spend>;

/** A task that ended well in the time of the report, with its proof. */
export const ReportFinished = z
  .object({
    ...taskLine,
    status: TaskStatus,
    branch: z.string().nullable(),
    base_branch: z.string(),
    commit: CommitSha.nullable(),
    changes: z
      .object({ files: z.number().int(), insertions: z.number().int(), deletions: z.number().int() })
      .nullable(),
    evidence: z.object({
      state: z.enum(["passed", "failed", "none", "waived"]),
      commit: CommitSha.nullable(),
      commands: z.array(z.string()).meta({ description: "Names of the commands Harness ran on the commit" }),
      counts: TestCounts.nullable(),
    }),
    review: z.object({
      state: z.enum(["approved", "changes_requested", "waiting", "none", "waived"]),
      verdict: Verdict.nullable(),
      agent: z.string().nullable(),
      rounds: z.number().int(),
    }),
    accepted: z.array(z.string()).meta({ description: "What a person accepted without proof" }),
    grade: Grade.shape.letter,
    cost_usd: z.number().nullable(),
    total_tokens: z.number().int(),
    attempts: z.number().int(),
    duration_ms: z.number().int().nullable().meta({ description: "From its first start to its end" }),
    finished_at: Timestamp,
    landed: Landing.nullable(),
    discarded_at: Timestamp.nullable(),
    command: Command.nullable(),
  })
  .meta({ id: "ReportFinished" });
export type ReportFinished = z.infer<typeof ReportFinished>;

/** A task or an account that a person must do something about. */
export const ReportNeed = z
  .object({
    task_id: z.string().nullable(),
    project_id: z.string().nullable(),
    project: z.string().nullable(),
    title: z.string(),
    account: z.string().nullable(),
    code: z.string(),
    reason: z.string(),
    since: Timestamp,
    age_ms: z.number().int(),
    expires_at: Timestamp.nullable(),
    command: Command.nullable(),
  })
  .meta({ id: "ReportNeed" });
export type ReportNeed = z.infer<typeof ReportNeed>;

/** A task that ended badly in the time of the report, and what is left of its work. */
export const ReportFailed = z
  .object({
    ...taskLine,
    status: TaskStatus,
    error: Failure,
    head_sha: CommitSha.nullable().meta({ description: "Newest snapshot of its work, kept" }),
    branch: z.string().nullable(),
    attempts: z.number().int(),
    cost_usd: z.number().nullable(),
    total_tokens: z.number().int(),
    finished_at: Timestamp,
    command: Command,
  })
  .meta({ id: "ReportFailed" });
export type ReportFailed = z.infer<typeof ReportFailed>;

/** A task that goes on by itself: it runs, is queued, or waits for a time or another task. */
export const ReportGoingOn = z
  .object({
    ...taskLine,
    status: TaskStatus,
    code: z.string().nullable().meta({ description: "Why it waits" }),
    reason: z.string().nullable(),
    since: Timestamp,
    until: Timestamp.nullable().meta({ description: "When a timer lets it go on" }),
    expires_at: Timestamp.nullable(),
  })
  .meta({ id: "ReportGoingOn" });
export type ReportGoingOn = z.infer<typeof ReportGoingOn>;

/** What was used in a night that the report touches, and what its caps leave; null where there is no cap. */
export const NightSpend = z
  .object({
    begins_at: Timestamp,
    project_id: z.string().nullable().meta({ description: "null: all projects" }),
    project: z.string().nullable(),
    turns: z.number().int(),
    total_tokens: z.number().int(),
    cost_usd: z.number().nullable(),
    wall_ms: z.number().int(),
    attempts: z.number().int(),
    left: z
      .object({
        usd: z.number().nullable(),
        tokens: z.number().int().nullable(),
        turns: z.number().int().nullable(),
        attempts: z.number().int().nullable(),
        wall_ms: z.number().int().nullable(),
      })
      .nullable()
      .meta({ description: "null: there are no caps" }),
  })
  .meta({ id: "NightSpend" });
export type NightSpend = z.infer<typeof NightSpend>;

/** An account that was parked or stopped in the time of the report, or still is. */
export const ReportAccount = z
  .object({
    account: z.string(),
    state: AccountState.meta({ description: "When the report was made" }),
    message: z.string(),
    since: Timestamp.nullable(),
    until: Timestamp.nullable(),
    parked: z.number().int().meta({ description: "Times in the time of the report" }),
    stopped: z.number().int(),
    woken: z.number().int(),
    command: Command.nullable(),
  })
  .meta({ id: "ReportAccount" });
export type ReportAccount = z.infer<typeof ReportAccount>;

/** Starts of the server in the time of the report. A start without a stop before it followed a crash. */
export const ReportServer = z
  .object({
    starts: z.number().int(),
    crashes: z.number().int(),
    started_at: z.array(Timestamp).meta({ description: "The newest ones" }),
  })
  .meta({ id: "ReportServer" });
export type ReportServer = z.infer<typeof ReportServer>;

/** Two branches, or a branch and its base (`with` null), that do not merge by themselves. */
export const BranchConflict = z
  .object({
    task_id: z.string(),
    with: z.string().nullable().meta({ description: "The other task; null: the base branch" }),
    files: z.array(z.string()),
  })
  .meta({ id: "BranchConflict" });
export type BranchConflict = z.infer<typeof BranchConflict>;

/** One branch in the order of landing. */
export const LandingStep = z
  .object({
    task_id: z.string(),
    title: z.string(),
    branch: z.string(),
    commit: CommitSha,
    outcome: z.enum(["lands", "conflicts", "after_dependency", "unknown"]),
    with: z.array(z.string()).meta({ description: "Tasks it conflicts with, or depends on" }),
    files: z.array(z.string()),
    why: z.string(),
    command: Command,
  })
  .meta({ id: "LandingStep" });
export type LandingStep = z.infer<typeof LandingStep>;

/** The finished branches of a project for one base branch that nobody landed yet: how they fit, and in what order. */
export const LandingOrder = z
  .object({
    project_id: z.string(),
    project: z.string(),
    base_branch: z.string(),
    base_sha: CommitSha.nullable(),
    problem: z.string().nullable().meta({ description: "Why nothing could be found out" }),
    already_in_base: z.array(z.string()).meta({ description: "Tasks whose commit is in the base branch" }),
    left_out: z.boolean().meta({ description: "There are more branches than were looked at" }),
    complete: z.boolean().meta({ description: "False when the time was up before every pair was tried" }),
    conflicts: z.array(BranchConflict),
    order: z.array(LandingStep),
  })
  .meta({ id: "LandingOrder" });
export type LandingOrder = z.infer<typeof LandingOrder>;

/** Names of the lists that were cut at their limit: there is more than is shown. */
const cuts = ["finished", "needs_you", "failed", "going_on", "spend", "accounts", "landing"] as const;

/**
 * What happened in a stretch of time, on one page. What finished, failed and was spent is of that time; what needs
 * somebody, goes on and can land is as it stood when the report was made.
 */
export const Report = z
  .object({
    id: z.string(),
    since: Timestamp,
    until: Timestamp,
    created_at: Timestamp,
    project_id: z.string().nullable().meta({ description: "null: all projects" }),
    project: z.string().nullable(),
    automatic: z.boolean().meta({ description: "Made by the clock (report.at), not on request" }),
    counts: z.object({
      finished: z.number().int(),
      needs_you: z.number().int(),
      failed: z.number().int(),
      running: z.number().int(),
      queued: z.number().int(),
      waiting: z.number().int().meta({ description: "For a time, an account or another task" }),
      cancelled: z.number().int(),
    }),
    finished: z.array(ReportFinished),
    needs_you: z.array(ReportNeed),
    failed: z.array(ReportFailed),
    going_on: z.array(ReportGoingOn),
    spend: z.object({
      total: Spend,
      by: z.array(Spend.extend({ project_id: z.string(), project: z.string(), agent: z.string() })),
      nights: z.array(NightSpend),
    }),
    accounts: z.array(ReportAccount),
    server: ReportServer,
    landing: z.array(LandingOrder),
    cut: z.array(z.enum(cuts)),
  })
  .meta({ id: "Report" });
export type Report = z.infer<typeof Report>;
