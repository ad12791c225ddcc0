import { z } from "zod";
import { ApprovalId } from "./approval.ts";
import { operation } from "./operation.ts";
import { Limit } from "./paging.ts";
import { ProjectKey } from "./project.ts";
import { ChatAnswer, PlanState, Session, SessionId } from "./session.ts";
import { InputText } from "./thread-operations.ts";
import { ExecutionStrategyWord, Timestamp } from "./words.ts";

const onSession = { session_id: SessionId };
const WaitSecs = z
  .number()
  .int()
  .min(0)
  .max(600)
  .optional()
  .meta({ description: "How long the answer waits for the turn; 120 unless told" });

/** Seed 2's sessions and chat: threads under its paths and in its shapes. */
export const sessionOperations = {
  "session/list": operation({
    summary: "Conversations, newest first, as seed 2 lists sessions",
    http: ["GET /api/sessions"],
    scope: "read",
    mcp: false,
    cli: "session list",
    params: () => z.strictObject({ limit: Limit }),
    result: () => z.array(Session),
    errors: [],
  }),
  "session/get": operation({
    summary: "A conversation with its messages, its planner state and the repository's AGENTS.md",
    http: ["GET /api/sessions/{session_id}"],
    scope: "read",
    mcp: false,
    cli: "session show",
    params: () => z.strictObject(onSession),
    result: () =>
      z.object({
        session_id: z.string(),
        user_id: z.null(),
        messages: z
          .array(z.object({ role: z.enum(["user", "assistant"]), content: z.string() }))
          .meta({ description: "The newest 1,000" }),
        plan: PlanState.nullable(),
        agents: z
          .array(z.object({ path: z.string(), content: z.string() }))
          .meta({ description: "What the repository tells agents, at the base of the conversation" }),
        agents_rendered: z.string().nullable(),
        agents_effective_rendered: z.string().nullable(),
      }),
    errors: ["thread_not_found"],
  }),
  "session/delete": operation({
    summary: "Delete a conversation with its turns, items and workspace",
    http: ["DELETE /api/sessions/{session_id}"],
    status: 204,
    scope: "operate",
    mcp: false,
    destructive: true,
    cli: "session delete",
    params: () => z.strictObject(onSession),
    result: () => z.null(),
    errors: ["thread_not_found", "thread_busy", "thread_of_task"],
  }),
  "session/plan": operation({
    summary: "The planner and runtime state of a conversation; null before its first turn",
    http: ["GET /api/sessions/{session_id}/plan"],
    scope: "read",
    mcp: false,
    cli: "session plan",
    params: () => z.strictObject(onSession),
    result: () => PlanState.nullable(),
    errors: ["thread_not_found"],
  }),
  "chat/send": operation({
    summary: "Say something in a conversation and wait for the answer, or for a question to a person",
    http: ["POST /api/chat"],
    scope: "submit",
    mcp: false,
    params: () =>
      z.strictObject({
        message: InputText,
        session_id: SessionId.optional().meta({
          description:
            "A thread, or a name of your choice: a new name begins a conversation; without one a new one begins",
        }),
        project: ProjectKey.optional().meta({ description: "Of a new conversation" }),
        agent: z.string().min(1).max(100).optional().meta({ description: "Of a new conversation" }),
        execution_strategy: ExecutionStrategyWord.optional().meta({
          description: "How this message is answered: auto, grounded, deterministic or model",
        }),
        wait_secs: WaitSecs,
      }),
    result: () => ChatAnswer,
    errors: [
      "thread_not_found",
      "thread_busy",
      "thread_of_task",
      "queue_full",
      "project_not_found",
      "agent_not_found",
      "agent_unavailable",
      "draining",
    ],
  }),
  "chat/approve": operation({
    summary: "Allow or reject what an agent asks leave for; allowed, it is done under the policy at once",
    http: ["POST /api/chat/approve/{pending_id}"],
    scope: "operate",
    mcp: false,
    params: () => z.strictObject({ pending_id: ApprovalId, approved: z.boolean(), wait_secs: WaitSecs }),
    result: () => ChatAnswer,
    errors: ["approval_not_found", "approval_decided"],
  }),
  "session/approvals": operation({
    summary: "What agents ask leave for in a conversation, newest first",
    http: ["GET /api/approvals/{session_id}"],
    scope: "read",
    mcp: false,
    params: () => z.strictObject(onSession),
    result: () =>
      z.array(z.object({ id: z.string(), command: z.string(), source: z.string(), created_at: Timestamp })),
    errors: ["thread_not_found"],
  }),
  "session/respond": operation({
    summary: "Allow or reject the newest thing an agent asks leave for in a conversation",
    http: ["POST /api/approvals/{session_id}"],
    scope: "operate",
    mcp: false,
    params: () => z.strictObject({ ...onSession, approved: z.boolean() }),
    result: () => z.object({ success: z.literal(true), session_id: z.string(), approved: z.boolean() }),
    errors: ["thread_not_found", "approval_not_found", "approval_decided"],
  }),
} as const;
