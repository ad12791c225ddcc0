import { z } from "zod";
import { Approval, ApprovalId, ApprovalRule, ApprovalScope, ApprovalStatus, RuleId } from "./approval.ts";
import { operation } from "./operation.ts";
import { Cursor, Limit, Page } from "./paging.ts";
import { ProjectKey } from "./project.ts";
import { TaskId } from "./task.ts";
import { ThreadId } from "./thread.ts";

/** Questions to a person. */
export const approvalOperations = {
  "approval/list": operation({
    summary: "Questions of agents to a person, newest first",
    http: ["GET /approvals"],
    scope: "read",
    mcp: true,
    cli: "approval list",
    params: () =>
      z.strictObject({
        status: ApprovalStatus.optional().meta({ description: "pending unless told" }),
        project: ProjectKey.optional(),
        thread_id: ThreadId.optional(),
        task_id: TaskId.optional(),
        limit: Limit,
        cursor: Cursor,
      }),
    result: () => z.object({ data: z.array(Approval), page: Page }),
    errors: ["project_not_found", "invalid_cursor"],
  }),
  "approval/respond": operation({
    summary: "Answer a question: allow or deny it once, in this attempt or always, or answer its questions",
    http: ["POST /approvals/{approval_id}/respond"],
    scope: "operate",
    mcp: true,
    guide: "Ask the person you work for first; give back the action_hash of what they saw.",
    destructive: true,
    cli: "approval respond",
    params: () =>
      z.strictObject({
        approval_id: ApprovalId,
        decision: z.enum(["allow", "deny", "answer"]),
        scope: ApprovalScope.optional().meta({
          description: "How far an allow reaches; once unless told. always makes a rule of the project",
        }),
        reason: z
          .string()
          .min(1)
          .max(2000)
          .optional()
          .meta({ description: "The agent is told; a deny needs one" }),
        answers: z
          .record(z.string().min(1).max(200), z.string().max(20_000))
          .optional()
          .meta({ description: "By question id, for a question" }),
        action_hash: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .optional()
          .meta({ description: "Hash of what you saw: refused when it asks something else" }),
      }),
    result: () => Approval,
    errors: ["approval_not_found", "approval_decided", "approval_changed"],
  }),
  "approval/rules": operation({
    summary: "What a person allowed for good",
    http: ["GET /approval-rules"],
    scope: "read",
    mcp: false,
    cli: "approval rules",
    params: () => z.strictObject({ project: ProjectKey.optional() }),
    result: () => z.object({ data: z.array(ApprovalRule) }),
    errors: ["project_not_found"],
  }),
  "approval/forget_rule": operation({
    summary: "Take back what was allowed for good",
    http: ["DELETE /approval-rules/{rule_id}"],
    scope: "operate",
    mcp: false,
    cli: "approval forget-rule",
    params: () => z.strictObject({ rule_id: RuleId }),
    result: () => z.object({ forgotten: z.literal(true) }),
    errors: ["approval_not_found"],
  }),
} as const;
