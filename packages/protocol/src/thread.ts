import { z } from "zod";
import { ApprovalSettings } from "./approval.ts";
import { idPattern } from "./ids.ts";
import { Item } from "./item.ts";
import { SandboxProfile } from "./sandbox.ts";
import {
  CommitSha,
  executionStrategies,
  Failure,
  Role,
  StrategyChoice,
  TaskStatus,
  Timestamp,
  Usage,
} from "./words.ts";

export const ThreadId = z.string().regex(idPattern("thread"), "expected a thread id (thr_…)");
export const TurnId = z.string().regex(idPattern("turn"), "expected a turn id (turn_…)");

export const InputId = z.string().regex(idPattern("input"), "expected an input id (inp_…)");

/** `active`: a turn runs. `waiting`: a turn waits for a person, without a process. */
export const ThreadStatus = z.enum(["idle", "active", "waiting"]);
export type ThreadStatus = z.infer<typeof ThreadStatus>;

/** Where a thread was copied from, and the last turn that was copied. */
export const ForkOrigin = z.object({ thread_id: z.string(), turn_id: z.string().nullable() });
export type ForkOrigin = z.infer<typeof ForkOrigin>;

/** A conversation with an agent: a person's own, or one of a task's roles. Seed 2 calls it a session. */
export const Thread = z
  .object({
    id: z.string(),
    project_id: z.string(),
    task_id: z.string().nullable(),
    role: Role,
    agent: z.string(),
    model: z.string().nullable(),
    title: z.string(),
    status: ThreadStatus,
    base_branch: z.string().nullable(),
    base_sha: CommitSha.nullable(),
    head_sha: CommitSha.nullable().meta({ description: "Snapshot after its newest turn" }),
    approvals: ApprovalSettings,
    execution_strategy: z.enum(executionStrategies).nullable().meta({
      description: "How its turns are answered that say nothing about it; null: as the operator set",
    }),
    sandbox: SandboxProfile.nullable().meta({
      description: "What its agent may do; null follows the project and the server",
    }),
    forked_from: ForkOrigin.nullable(),
    turns: z.number().int(),
    usage: Usage,
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: "Thread" });
export type Thread = z.infer<typeof Thread>;

/** A checkpoint of a thread as a branch of the user's repository. */
export const Publication = z
  .object({
    branch: z.string(),
    commit: CommitSha,
    trust: z.literal("claimed").meta({
      description:
        "CLAIMED: Harness ran no check on this commit and nobody reviewed it; a task's branch is VERIFIED",
    }),
    published_at: Timestamp,
  })
  .meta({ id: "Publication" });
export type Publication = z.infer<typeof Publication>;

/** A task that proves a checkpoint of a thread. */
export const ThreadProof = z
  .object({
    task_id: z.string(),
    turn_id: z.string().nullable(),
    checkpoint: CommitSha,
    status: TaskStatus,
    branch: z.string().nullable().meta({ description: "The branch it was published as, VERIFIED" }),
  })
  .meta({ id: "ThreadProof" });
export type ThreadProof = z.infer<typeof ThreadProof>;

/** `waiting`: parked until a person answers; it goes on as the same turn. A terminal turn never changes again. */
export const TurnStatus = z.enum(["running", "waiting", "completed", "cancelled", "failed"]);
export type TurnStatus = z.infer<typeof TurnStatus>;

/** One request to an agent and its answer. */
export const Turn = z
  .object({
    id: z.string(),
    thread_id: z.string(),
    task_id: z.string().nullable(),
    attempt_id: z.string().nullable(),
    role: Role,
    round: z.number().int(),
    agent: z.string(),
    model: z.string().nullable(),
    strategy: StrategyChoice.nullable().meta({
      description: "How it is answered and why; null for a turn of a task, whose own strategy holds",
    }),
    status: TurnStatus,
    failure: Failure.nullable(),
    usage: Usage.nullable(),
    commit: CommitSha.nullable().meta({ description: "Snapshot after it: the checkpoint to go back to" }),
    rolled_back: z.boolean().meta({ description: "True once the thread went back to before it" }),
    started_at: Timestamp,
    ended_at: Timestamp.nullable(),
  })
  .meta({ id: "Turn" });
export type Turn = z.infer<typeof Turn>;

/** A finished item of a thread, in order. */
export const ThreadItem = z
  .object({ seq: z.number().int(), turn_id: z.string(), at: Timestamp, item: Item })
  .meta({ id: "ThreadItem" });
export type ThreadItem = z.infer<typeof ThreadItem>;

/** What a person said while a turn ran, kept until its turn comes. */
export const QueuedInput = z
  .object({
    id: z.string(),
    thread_id: z.string(),
    text: z.string(),
    execution_strategy: z
      .enum(executionStrategies)
      .nullable()
      .meta({ description: "How its turn is answered; null: as the thread or the operator says" }),
    actor: z.string(),
    created_at: Timestamp,
  })
  .meta({ id: "QueuedInput" });
export type QueuedInput = z.infer<typeof QueuedInput>;
