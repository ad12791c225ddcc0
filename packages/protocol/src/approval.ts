import { z } from "zod";
import { idPattern } from "./ids.ts";
import { Timestamp } from "./words.ts";

export const ApprovalId = z.string().regex(idPattern("approval"), "expected an approval id (apr_…)");
export const RuleId = z.string().regex(idPattern("approval_rule"), "expected a rule id (rule_…)");

/**
 * Who is asked before an agent acts: nobody (the policy alone decides), a person for everything no rule of theirs
 * allows, or a person for everything. Source: seed 2.
 */
export const ApprovalProfile = z.enum(["allow_all", "allow_listed", "strict"]);
export type ApprovalProfile = z.infer<typeof ApprovalProfile>;

/** What happens to a question nobody answered in time. */
export const ExpiryPolicy = z.enum(["deny", "approve", "wait"]);
export type ExpiryPolicy = z.infer<typeof ExpiryPolicy>;

/** How the questions of a thread or a task are treated; what is left out is the operator's setting. */
export const ApprovalSettings = z
  .strictObject({
    profile: ApprovalProfile.optional(),
    expires_secs: z
      .number()
      .int()
      .min(1)
      .max(31_536_000)
      .optional()
      .meta({ description: "Seconds after which on_expiry answers" }),
    on_expiry: ExpiryPolicy.optional(),
  })
  .meta({ id: "ApprovalSettings" });
export type ApprovalSettings = z.infer<typeof ApprovalSettings>;

/**
 * What an agent asks leave for, or wants to know. `protected_change` is asked by Harness: finished work changes files
 * that decide what later work may do.
 */
export const ApprovalKind = z.enum([
  "read",
  "write",
  "run",
  "network",
  "tool_call",
  "question",
  "protected_change",
]);
export type ApprovalKind = z.infer<typeof ApprovalKind>;

/** One thing an agent wants to know from a person. */
export const ApprovalQuestion = z.object({
  id: z.string(),
  text: z.string(),
  options: z.array(z.string()).meta({ description: "Answers it offers; another may be given" }),
});
export type ApprovalQuestion = z.infer<typeof ApprovalQuestion>;

/** `withdrawn`: the turn ended or was cancelled before anybody answered. */
export const ApprovalStatus = z.enum(["pending", "allowed", "denied", "answered", "expired", "withdrawn"]);
export type ApprovalStatus = z.infer<typeof ApprovalStatus>;

/** How far an answer reaches: this one time, every time in this attempt or thread, or by a rule from now on. */
export const ApprovalScope = z.enum(["once", "attempt", "always"]);
export type ApprovalScope = z.infer<typeof ApprovalScope>;

/** A question to a person, bound to the hash of exactly what it asks. */
export const Approval = z
  .object({
    id: z.string(),
    project_id: z.string(),
    thread_id: z.string(),
    turn_id: z.string(),
    task_id: z.string().nullable(),
    agent: z.string(),
    kind: ApprovalKind,
    tool: z.string(),
    summary: z.string().meta({ description: "One line; the exact request is in command, paths and input" }),
    command: z.string().nullable(),
    paths: z.array(z.string()),
    input: z.unknown(),
    questions: z.array(ApprovalQuestion),
    action_hash: z.string().meta({ description: "SHA-256 of exactly what is asked" }),
    why: z.string().meta({ description: "The rule or profile that asked" }),
    status: ApprovalStatus,
    scope: ApprovalScope.nullable(),
    reason: z.string().nullable(),
    answers: z.record(z.string(), z.string()).nullable(),
    decided_by: z.string().nullable(),
    on_expiry: ExpiryPolicy,
    expires_at: Timestamp.nullable(),
    created_at: Timestamp,
    decided_at: Timestamp.nullable(),
    consumed_at: Timestamp.nullable().meta({ description: "When the agent was told the answer" }),
  })
  .meta({ id: "Approval" });
export type Approval = z.infer<typeof Approval>;

/** What a person allowed for good in a project. */
export const ApprovalRule = z
  .object({
    id: z.string(),
    project_id: z.string(),
    kind: ApprovalKind,
    tool: z.string(),
    command: z.string().nullable(),
    paths: z.array(z.string()),
    approval_id: z.string().meta({ description: "The question it was made from" }),
    created_by: z.string(),
    created_at: Timestamp,
    hits: z.number().int(),
  })
  .meta({ id: "ApprovalRule" });
export type ApprovalRule = z.infer<typeof ApprovalRule>;

/** The commands that answer a question; `approval list` shows what exactly is asked. */
export function answerCommands({ id, kind }: { readonly id: string; readonly kind: string }): string[] {
  if (kind === "question") return [`harness approval respond ${id} --answer "your answer"`];
  return [
    `harness approval respond ${id} --allow`,
    `harness approval respond ${id} --deny --reason "why"`,
    "harness approval list",
  ];
}
