import { z } from "zod";
import { Approval, ApprovalScope, ApprovalStatus } from "./approval.ts";
import { Item } from "./item.ts";
import { ForkOrigin, Publication, ThreadStatus } from "./thread.ts";
import { CommitSha, executionStrategies, Failure, Role, StrategyChoice, Usage } from "./words.ts";

/** What events of threads, turns, items, inputs and approvals carry. */
export const threadEvents = {
  "turn.started": () =>
    z.object({
      role: Role,
      round: z.number().int(),
      agent: z.string(),
      model: z.string().nullable(),
      attempt_id: z.string().nullable(),
      strategy: StrategyChoice.nullable().default(null),
    }),
  "turn.waiting": () => z.object({ approval_id: z.string(), reason: z.string() }),
  "turn.resumed": () => z.object({ approval_id: z.string() }),
  "turn.steered": () => z.object({ text: z.string() }),
  "turn.ended": () =>
    z.object({
      status: z.enum(["completed", "cancelled", "failed"]),
      failure: Failure.nullable(),
      usage: Usage.nullable(),
      commit: CommitSha.nullable().default(null).meta({
        description: "The checkpoint after it; null for a turn of a task, and when none could be taken",
      }),
    }),
  "thread.started": () =>
    z.object({
      role: Role,
      agent: z.string(),
      model: z.string().nullable(),
      title: z.string(),
      forked_from: ForkOrigin.nullable(),
    }),
  "thread.set_up": () =>
    z.object({
      commands: z.array(z.string()),
      ok: z.boolean(),
      cached: z.boolean(),
      duration_ms: z.number().int(),
      message: z.string().nullable().meta({ description: "What failed, and the end of what it said" }),
    }),
  "thread.renamed": () => z.object({ title: z.string() }),
  "thread.status_changed": () => z.object({ status: ThreadStatus }),
  "thread.snapshot": () =>
    z.object({
      commit: CommitSha,
      files: z.number().int(),
      insertions: z.number().int(),
      deletions: z.number().int(),
      skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
    }),
  "thread.published": () =>
    z.object({
      branch: z.string(),
      commit: CommitSha,
      trust: Publication.shape.trust,
    }),
  "thread.proof_requested": () =>
    z.object({
      turn_id: z.string().nullable(),
      checkpoint: CommitSha,
      commit: CommitSha.meta({ description: "The commit of the task that holds the same files" }),
    }),
  "thread.rolled_back": () =>
    z.object({
      to_turn: z.string().nullable(),
      turns: z.array(z.string()),
      commit: CommitSha.nullable(),
    }),
  "thread.compacted": () => z.object({ summary: z.string() }),
  "thread.deleted": () => z.object({ title: z.string() }),
  "input.queued": () =>
    z.object({
      input_id: z.string(),
      text: z.string(),
      execution_strategy: z.enum(executionStrategies).nullable().default(null),
    }),
  "input.changed": () => z.object({ input_id: z.string(), text: z.string() }),
  "input.removed": () => z.object({ input_id: z.string(), why: z.enum(["started", "steered", "removed"]) }),
  "approval.requested": () => z.object({ approval: Approval }),
  "approval.decided": () =>
    z.object({
      approval_id: z.string(),
      status: ApprovalStatus,
      scope: ApprovalScope.nullable(),
      reason: z.string().nullable(),
    }),
  "approval.consumed": () => z.object({ approval_id: z.string() }),
  "approval_rule.forgotten": () => z.object({ rule_id: z.string() }),
  "item.started": () => z.object({ item: Item }),
  "item.completed": () => z.object({ item: Item }),
  "message.delta": () => z.object({ item_id: z.string().nullable(), text: z.string() }),
  "tool.output_delta": () => z.object({ item_id: z.string().nullable(), text: z.string() }),
} as const satisfies Record<string, () => z.ZodObject>;
