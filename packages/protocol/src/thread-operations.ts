import { z } from "zod";
import { ApprovalSettings } from "./approval.ts";
import { Change } from "./change.ts";
import { operation } from "./operation.ts";
import { Cursor, Limit, Page } from "./paging.ts";
import { ProjectKey } from "./project.ts";
import { SandboxProfileWord } from "./sandbox.ts";
import { TaskId } from "./task.ts";
import {
  InputId,
  Publication,
  QueuedInput,
  Thread,
  ThreadId,
  ThreadItem,
  ThreadProof,
  ThreadStatus,
  Turn,
  TurnId,
} from "./thread.ts";
import { CommitSha, ExecutionStrategyWord, RefName } from "./words.ts";

const onThread = { thread_id: ThreadId };
const IdempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .optional()
  .meta({ description: "Same as the Idempotency-Key header" });
/** Longest input of a person (characters). */
export const InputText = z.string().min(1).max(262_144);

/** Conversations with agents. */
export const threadOperations = {
  "thread/start": operation({
    summary: "Start a conversation with an agent in a workspace of its own",
    http: ["POST /threads"],
    status: 201,
    scope: "submit",
    mcp: false,
    cli: "thread start",
    idempotent: true,
    params: () =>
      z.strictObject({
        project: ProjectKey.optional(),
        cwd: z
          .string()
          .max(4096)
          .optional()
          .meta({ description: "Root of a registered project, instead of project" }),
        agent: z.string().min(1).max(100).optional().meta({ description: "auto unless told" }),
        model: z.string().min(1).max(200).optional(),
        base: RefName.optional().meta({ description: "Branch it starts from; the project's unless told" }),
        title: z.string().min(1).max(200).optional(),
        approvals: ApprovalSettings.optional(),
        execution_strategy: ExecutionStrategyWord.optional(),
        sandbox: SandboxProfileWord.optional(),
        idempotency_key: IdempotencyKey,
      }),
    result: () => z.object({ thread_id: z.string(), thread: Thread }),
    errors: [
      "project_not_found",
      "agent_not_found",
      "agent_unavailable",
      "sandbox_not_allowed",
      "draining",
      "idempotency_conflict",
      "invalid_idempotency_key",
    ],
  }),
  "thread/list": operation({
    summary: "List threads, newest first",
    http: ["GET /threads"],
    scope: "read",
    mcp: true,
    cli: "thread list",
    params: () =>
      z.strictObject({
        project: ProjectKey.optional(),
        task_id: TaskId.optional(),
        status: ThreadStatus.optional(),
        limit: Limit,
        cursor: Cursor,
      }),
    result: () => z.object({ data: z.array(Thread), page: Page }),
    errors: ["project_not_found", "invalid_cursor"],
  }),
  "thread/get": operation({
    summary: "A thread with its turns and what waits in its queue",
    http: ["GET /threads/{thread_id}"],
    scope: "read",
    mcp: false,
    cli: "thread show",
    params: () => z.strictObject(onThread),
    result: () =>
      Thread.extend({
        turn_history: z.array(Turn).meta({ description: "The newest 500 turns, oldest first" }),
        queue: z.array(QueuedInput),
        publications: z.array(Publication).meta({ description: "Its branches, the newest last" }),
        proofs: z.array(ThreadProof).meta({ description: "The tasks that prove it, the newest last" }),
      }),
    errors: ["thread_not_found"],
  }),
  "thread/items": operation({
    summary:
      "The items of a thread in order, page by page; items of turns that were rolled back are left out",
    http: ["GET /threads/{thread_id}/items"],
    scope: "read",
    mcp: true,
    cli: "thread items",
    params: () =>
      z.strictObject({
        ...onThread,
        after_seq: z.number().int().min(0).optional(),
        limit: Limit,
      }),
    result: () => z.object({ data: z.array(ThreadItem), has_more: z.boolean() }),
    errors: ["thread_not_found"],
  }),
  "thread/diff": operation({
    summary: "What a thread changed since its base, as far as its newest snapshot",
    http: ["GET /threads/{thread_id}/diff"],
    scope: "read",
    mcp: true,
    cli: "thread diff",
    params: () =>
      z.strictObject({
        ...onThread,
        since_turn: TurnId.optional(),
        since_commit: CommitSha.optional().meta({
          description: "Instead of a turn: the full id of its base or of a snapshot after one of its turns",
        }),
        ignore_whitespace: z
          .boolean()
          .optional()
          .meta({ description: "Lines that differ in white space only are no change" }),
      }),
    result: () => Change.extend({ thread_id: z.string() }),
    errors: ["thread_not_found", "turn_not_found", "snapshot_not_found", "git_failed"],
  }),
  "thread/resume": operation({
    summary:
      "Make sure a thread can go on: what was left running by a dead server is closed, its workspace is there",
    http: ["POST /threads/{thread_id}/resume"],
    scope: "submit",
    mcp: false,
    cli: "thread resume",
    params: () => z.strictObject(onThread),
    result: () => z.object({ resumed: z.literal(true), thread: Thread }),
    errors: ["thread_not_found", "thread_of_task", "git_failed", "invalid_ref", "not_a_repository"],
  }),
  "thread/fork": operation({
    summary: "Copy a thread: its history up to a turn, and the workspace as it was after it",
    http: ["POST /threads/{thread_id}/fork"],
    status: 201,
    scope: "submit",
    mcp: false,
    cli: "thread fork",
    params: () =>
      z.strictObject({
        ...onThread,
        from_turn: TurnId.optional().meta({
          description: "Last turn to copy; the newest finished one unless told",
        }),
        item_seq: z.number().int().min(0).optional().meta({
          description:
            "Last item to copy, by its seq; its turn is the last one, and the workspace is as it was before a turn that is cut",
        }),
        title: z.string().min(1).max(200).optional(),
      }),
    result: () => z.object({ thread_id: z.string(), thread: Thread }),
    errors: ["thread_not_found", "turn_not_found", "thread_busy", "draining"],
  }),
  "thread/rollback": operation({
    summary:
      "Go back to the checkpoint after a turn: the workspace and the conversation forget what came later",
    http: ["POST /threads/{thread_id}/rollback"],
    scope: "submit",
    mcp: false,
    cli: "thread rollback",
    params: () =>
      z.strictObject({
        ...onThread,
        to_turn: TurnId.nullable().meta({
          description: "The turn to go back to; null goes back to the beginning",
        }),
      }),
    result: () => z.object({ rolled_back: z.array(z.string()), thread: Thread }),
    errors: ["thread_not_found", "turn_not_found", "thread_busy", "thread_of_task", "git_failed"],
  }),
  "thread/compact": operation({
    summary: "Have the agent sum the conversation up and go on from the summary; the history stays readable",
    http: ["POST /threads/{thread_id}/compact"],
    status: 202,
    scope: "submit",
    mcp: false,
    cli: "thread compact",
    params: () => z.strictObject(onThread),
    result: () => z.object({ compacted: z.boolean(), turn_id: z.string().nullable() }),
    errors: ["thread_not_found", "thread_busy", "thread_of_task", "draining"],
  }),
  "thread/publish": operation({
    summary:
      "Put a checkpoint into your repository as a branch. It is CLAIMED: unlike a task's it was neither validated nor reviewed",
    http: ["POST /threads/{thread_id}/publish"],
    scope: "operate",
    mcp: false,
    cli: "thread publish",
    params: () =>
      z.strictObject({
        ...onThread,
        turn_id: TurnId.optional().meta({
          description: "The turn whose checkpoint is published; the newest checkpoint unless told",
        }),
        branch: RefName.optional().meta({
          description: "Its name; made of the project's prefix and the title unless told",
        }),
      }),
    result: () =>
      Publication.extend({
        thread_id: z.string(),
        base_sha: CommitSha.nullable(),
        already_there: z
          .boolean()
          .meta({ description: "It was published before and stands where it was left" }),
      }),
    errors: [
      "thread_not_found",
      "turn_not_found",
      "thread_of_task",
      "nothing_to_publish",
      "secret_egress",
      "branch_taken",
      "not_a_repository",
      "invalid_ref",
      "repo_config_tampered",
      "git_failed",
      "draining",
    ],
  }),
  "thread/delete": operation({
    summary: "Delete a thread with its turns, items and workspace",
    http: ["DELETE /threads/{thread_id}"],
    scope: "operate",
    mcp: false,
    destructive: true,
    cli: "thread delete",
    params: () => z.strictObject(onThread),
    result: () => z.object({ deleted: z.literal(true) }),
    errors: ["thread_not_found", "thread_busy", "thread_of_task"],
  }),
  "input/list": operation({
    summary: "What waits in the queue of a thread",
    http: ["GET /threads/{thread_id}/inputs"],
    scope: "read",
    mcp: false,
    cli: "thread queue",
    params: () => z.strictObject(onThread),
    result: () => z.object({ data: z.array(QueuedInput) }),
    errors: ["thread_not_found"],
  }),
  "input/edit": operation({
    summary: "Change what waits in the queue",
    http: ["PATCH /inputs/{input_id}"],
    scope: "submit",
    mcp: false,
    cli: "thread queue-edit",
    params: () => z.strictObject({ input_id: InputId, text: InputText }),
    result: () => QueuedInput,
    errors: ["input_not_found"],
  }),
  "input/remove": operation({
    summary: "Take something out of the queue",
    http: ["DELETE /inputs/{input_id}"],
    scope: "submit",
    mcp: false,
    cli: "thread queue-remove",
    params: () => z.strictObject({ input_id: InputId }),
    result: () => z.object({ removed: z.literal(true) }),
    errors: ["input_not_found"],
  }),
} as const;
