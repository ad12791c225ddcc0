import { z } from "zod";
import { Timestamp } from "./words.ts";

/** Kinds of problems, the ones only a person can end first. */
export const problemKinds = [
  "waiting_for_you",
  "storage_full",
  "over_budget",
  "looping",
  "no_progress",
  "stalled",
  "parked",
] as const;

export const ProblemKind = z.enum(problemKinds).meta({ id: "ProblemKind" });
export type ProblemKind = z.infer<typeof ProblemKind>;

/**
 * Something that is not as it should be.
 *
 * waiting_for_you: a task, an agent's question, an account or a project's settings need a person. storage_full: the disk is full.
 * over_budget: a cap was reached. looping: the same failure, twice or more. no_progress: turns without a new diff
 * or test result. stalled: running without progress for half its stall limit. parked: a quota or a timed wait.
 */
export const ListedProblem = z
  .object({
    id: z.string().meta({ description: "Kind and subject; the same as long as the problem lasts" }),
    kind: ProblemKind,
    task_id: z.string().nullable(),
    thread_id: z.string().nullable(),
    project_id: z.string().nullable(),
    project: z.string().nullable(),
    account: z.string().nullable(),
    title: z.string(),
    code: z.string().nullable().meta({ description: "Block reason or failure behind it" }),
    reason: z.string(),
    since: Timestamp,
    age_ms: z.number().int(),
    until: Timestamp.nullable().meta({ description: "When a timer ends it" }),
    expires_at: Timestamp.nullable().meta({ description: "When the task fails for having waited too long" }),
    commands: z.array(z.string()).meta({ description: "What helps, the best first" }),
  })
  .meta({ id: "ListedProblem" });
export type ListedProblem = z.infer<typeof ListedProblem>;
