import { z } from "zod";
import { operation } from "./operation.ts";
import { TaskCreated, taskFields } from "./task-request.ts";
import { ThreadId, TurnId } from "./thread.ts";
import { CommitSha } from "./words.ts";

/** From a conversation to finished, proven work. */
export const proveOperations = {
  "thread/prove": operation({
    summary:
      "Have a checkpoint proven: it becomes a task that begins with it as finished work, validated, independently reviewed and published as VERIFIED",
    http: ["POST /threads/{thread_id}/prove"],
    status: 202,
    scope: "submit",
    mcp: false,
    cli: "thread prove",
    idempotent: true,
    params: () =>
      z.strictObject({
        thread_id: ThreadId,
        turn_id: TurnId.optional().meta({
          description: "The turn whose checkpoint is proven; the newest checkpoint unless told",
        }),
        title: taskFields.title.meta({ description: "The title of the conversation unless told" }),
        prompt: taskFields.prompt.meta({
          description:
            "What the work is to do, which the review judges it by; unless told, what the person said in the conversation",
        }),
        reviewer: taskFields.reviewer,
        labels: taskFields.labels,
        priority: taskFields.priority,
        max_rounds: taskFields.max_rounds,
        max_turns: taskFields.max_turns,
        max_tokens: taskFields.max_tokens,
        max_budget_usd: taskFields.max_budget_usd,
        idempotency_key: z
          .string()
          .min(1)
          .max(255)
          .optional()
          .meta({ description: "Same as the Idempotency-Key header" }),
      }),
    result: () =>
      TaskCreated.extend({
        thread_id: z.string(),
        turn_id: z.string().nullable().meta({ description: "The turn the checkpoint was taken after" }),
        checkpoint: CommitSha,
        base_sha: CommitSha,
      }),
    errors: [
      "thread_not_found",
      "turn_not_found",
      "thread_of_task",
      "nothing_to_prove",
      "project_not_found",
      "agent_not_found",
      "not_a_repository",
      "invalid_ref",
      "sandbox_not_allowed",
      "git_failed",
      "draining",
      "idempotency_conflict",
      "invalid_idempotency_key",
    ],
  }),
} as const;
