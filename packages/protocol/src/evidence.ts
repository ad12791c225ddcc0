import { z } from "zod";
import { CommitSha, Timestamp, Verdict } from "./words.ts";

/** Test counts read from a command's output where its format is known. */
export const TestCounts = z
  .object({ passed: z.number().int(), failed: z.number().int(), skipped: z.number().int() })
  .meta({ id: "TestCounts" });
export type TestCounts = z.infer<typeof TestCounts>;

/**
 * A command that Harness itself ran on a clean checkout of an exact commit: VERIFIED. Anything an agent says
 * about its own work is not evidence; it is CLAIMED and lives in the turn's items.
 */
export const Evidence = z
  .object({
    id: z.string(),
    task_id: z.string(),
    attempt_id: z.string(),
    round: z.number().int(),
    commit: CommitSha,
    name: z.string(),
    command: z.array(z.string()),
    trust: z.literal("verified"),
    passed: z.boolean(),
    exit_code: z.number().int().nullable(),
    reason: z
      .string()
      .meta({ description: "exited, timeout_idle, timeout_total, limit_reached, aborted or spawn_failed" }),
    duration_ms: z.number().int(),
    counts: TestCounts.nullable(),
    output_sha256: z.string(),
    output_bytes: z.number().int(),
    output: z
      .string()
      .meta({ description: "Head and tail of the output; a cut is marked with its byte count" }),
    sandbox: z.string(),
    created_at: Timestamp,
  })
  .meta({ id: "Evidence" });
export type Evidence = z.infer<typeof Evidence>;

export const Severity = z.enum(["critical", "high", "medium", "low"]);
export type Severity = z.infer<typeof Severity>;

/** One concrete defect a reviewer found: where it is and what would go wrong. */
export const Finding = z
  .object({
    file: z.string(),
    line: z.number().int().min(0),
    severity: Severity,
    title: z.string(),
    scenario: z.string().meta({ description: "A concrete input or situation and the wrong result it gives" }),
  })
  .meta({ id: "Finding" });
export type Finding = z.infer<typeof Finding>;

/** What a reviewing agent must answer. `waiting` is never an agent's answer; it is ours for an unusable one. */
export const ReviewAnswer = z.object({
  verdict: z.enum(["approved", "changes_requested"]),
  summary: z.string(),
  findings: z.array(Finding),
});
export type ReviewAnswer = z.infer<typeof ReviewAnswer>;

/** One verdict by an agent that did not write the change, bound to a commit. */
export const ReviewRound = z
  .object({
    id: z.string(),
    task_id: z.string(),
    attempt_id: z.string(),
    round: z.number().int(),
    commit: CommitSha,
    verdict: Verdict,
    agent: z.string(),
    model: z.string().nullable(),
    independent: z.boolean().meta({
      description: "False when the project allowed the implementer's own agent and model to review",
    }),
    summary: z.string(),
    findings: z.array(Finding),
    created_at: Timestamp,
  })
  .meta({ id: "ReviewRound" });
export type ReviewRound = z.infer<typeof ReviewRound>;

/** The grade of a finished task, with the formula that made it. A >= 90, B >= 70, C >= 50, else D; null without data. */
export const Grade = z
  .object({
    letter: z.enum(["A", "B", "C", "D"]).nullable(),
    score: z.number().nullable(),
    formula: z.string(),
    parts: z.array(z.object({ name: z.string(), points: z.number(), of: z.number(), why: z.string() })),
  })
  .meta({ id: "Grade" });
export type Grade = z.infer<typeof Grade>;
