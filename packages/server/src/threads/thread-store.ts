import {
  ApprovalSettings,
  type ExecutionStrategy,
  executionStrategies,
  ForkOrigin,
  HarnessError,
  type NewId,
  Role,
  SandboxProfile,
  type Thread,
  ThreadStatus,
  Usage,
} from "@harness/protocol";
import { z } from "zod";
import type { WriteTx } from "../events/index.ts";
import type { Database, Tx } from "../storage/index.ts";
import { sumOf } from "./usage-sum.ts";

/** What a conversation is called that nobody named and in which nothing was said yet. */
export const UNTITLED = "Conversation";
/** Nothing used yet. */
const NOTHING: Usage = { input_tokens: 0, output_tokens: 0, cached_tokens: 0, total_tokens: 0, cost_usd: 0 };

/** A strategy as a row has it. */
export const StoredStrategy = z.enum(executionStrategies).nullable();

/** A thread as its row is stored, with what only the server needs. */
export interface ThreadRecord extends Thread {
  /** The agent's own name of the conversation. */
  readonly session_id: string | null;
  /** What its next conversation with the agent is told of what was said before. */
  readonly context: string | null;
  /** A conversation of the agent its first turn goes on from without changing it. */
  readonly fork_session: string | null;
}

/** The ids the events of a thread are filed under. */
export function threadScope(thread: Pick<Thread, "id" | "project_id" | "task_id">) {
  const { id: thread_id, project_id, task_id } = thread;
  return { thread_id, project_id, task_id };
}

/** The conversation of one role of a task with one agent; made when first needed. */
export async function openThread(
  tx: WriteTx,
  want: {
    task_id: string;
    project_id: string;
    title: string;
    role: Role;
    agent: string;
    model: string | null;
    execution_strategy?: ExecutionStrategy | null;
    fresh: boolean;
  },
  newId: NewId,
): Promise<ThreadRecord> {
  const { fresh, ...about } = want;
  if (!fresh) {
    const known = await tx.db
      .selectFrom("threads")
      .selectAll()
      .where("task_id", "=", want.task_id)
      .where("role", "=", want.role)
      .where("agent", "=", want.agent)
      .orderBy("id", "desc")
      .executeTakeFirst();
    if (known) return toRecord(known);
  }
  return createThread(tx, about, newId);
}

/** What a new thread starts with; what is left out is empty. */
export interface NewThread
  extends Pick<Thread, "project_id" | "task_id" | "role" | "agent" | "model" | "title"> {
  readonly base_branch?: string | null;
  readonly base_sha?: string | null;
  readonly head_sha?: string | null;
  readonly approvals?: ApprovalSettings;
  readonly execution_strategy?: ExecutionStrategy | null;
  readonly sandbox?: SandboxProfile | null;
  readonly forked_from?: ForkOrigin | null;
  readonly context?: string | null;
  readonly fork_session?: string | null;
}

/** Makes a thread. */
export async function createThread(
  tx: WriteTx,
  thread: NewThread,
  newId: NewId,
  actor = thread.agent,
): Promise<ThreadRecord> {
  const row: Database["threads"] = {
    id: newId("thread"),
    project_id: thread.project_id,
    task_id: thread.task_id,
    role: thread.role,
    agent: thread.agent,
    model: thread.model,
    session_id: null,
    title: thread.title,
    status: "idle",
    base_branch: thread.base_branch ?? null,
    base_sha: thread.base_sha ?? null,
    head_sha: thread.head_sha ?? null,
    approvals: JSON.stringify(thread.approvals ?? {}),
    sandbox: thread.sandbox ?? null,
    forked_from: thread.forked_from ? JSON.stringify(thread.forked_from) : null,
    context: thread.context ?? null,
    fork_session: thread.fork_session ?? null,
    usage: JSON.stringify(NOTHING),
    turns: 0,
    execution_strategy: thread.execution_strategy ?? null,
    created_at: tx.now,
    updated_at: tx.now,
  };
  await tx.db.insertInto("threads").values(row).execute();
  const made = toRecord(row);
  const { role, agent, model, title, forked_from } = made;
  await tx.append({
    ...threadScope(made),
    type: "thread.started",
    actor,
    data: { role, agent, model, title, forked_from },
  });
  return made;
}

/** Changes columns of a thread. */
export async function patchThread(
  tx: WriteTx,
  id: string,
  patch: Partial<
    Pick<
      Database["threads"],
      | "agent"
      | "model"
      | "session_id"
      | "title"
      | "base_sha"
      | "head_sha"
      | "context"
      | "fork_session"
      | "usage"
      | "turns"
    >
  >,
): Promise<void> {
  await tx.db
    .updateTable("threads")
    .set({ ...patch, updated_at: tx.now })
    .where("id", "=", id)
    .execute();
}

/** Gives a thread a name and tells. */
export async function renameThread(
  tx: WriteTx,
  thread: Pick<Thread, "id" | "project_id" | "task_id">,
  title: string,
  actor: string,
): Promise<void> {
  await patchThread(tx, thread.id, { title: tx.redact(title) });
  await tx.append({ ...threadScope(thread), type: "thread.renamed", actor, data: { title } });
}

/** Remembers the agent's own name for the conversation, so that a follow-up can resume it. */
export function setSession(tx: WriteTx, threadId: string, session_id: string): Promise<void> {
  return patchThread(tx, threadId, { session_id });
}

/** Moves a thread to a status and tells; nothing happens when it is there already. */
export async function setThreadStatus(tx: WriteTx, id: string, status: ThreadStatus): Promise<void> {
  const row = await tx.db.selectFrom("threads").selectAll().where("id", "=", id).executeTakeFirst();
  if (!row || row.status === status) return;
  await tx.db.updateTable("threads").set({ status, updated_at: tx.now }).where("id", "=", id).execute();
  await tx.append({
    ...threadScope(toRecord(row)),
    type: "thread.status_changed",
    actor: "harness",
    data: { status },
  });
}

/** Counts a turn that ended in the sums of its thread. A turn of unknown cost makes the cost of the thread unknown. */
export async function addThreadUsage(tx: WriteTx, id: string, used: Usage | null): Promise<void> {
  const row = await tx.db.selectFrom("threads").select("usage").where("id", "=", id).executeTakeFirst();
  if (!row) return;
  const before = Usage.parse(JSON.parse(row.usage));
  const usage = sumOf(before, used ?? { ...NOTHING, cost_usd: null });
  await patchThread(tx, id, { usage: JSON.stringify(usage) });
}

/** The thread with this id; undefined when there is none. */
export async function findThread(db: Tx, id: string): Promise<ThreadRecord | undefined> {
  const row = await db.selectFrom("threads").selectAll().where("id", "=", id).executeTakeFirst();
  return row && toRecord(row);
}

/** The thread with this id. Throws `thread_not_found`. */
export async function getThread(db: Tx, id: string): Promise<ThreadRecord> {
  const thread = await findThread(db, id);
  if (thread) return thread;
  throw new HarnessError("thread_not_found", `There is no thread ${id}.`);
}

/** The row as a record. */
export function toRecord(row: Database["threads"]): ThreadRecord {
  return {
    ...row,
    role: Role.parse(row.role),
    status: ThreadStatus.parse(row.status),
    approvals: ApprovalSettings.parse(JSON.parse(row.approvals)),
    sandbox: row.sandbox === null ? null : SandboxProfile.parse(row.sandbox),
    forked_from: row.forked_from === null ? null : ForkOrigin.parse(JSON.parse(row.forked_from)),
    usage: Usage.parse(JSON.parse(row.usage)),
    execution_strategy: StoredStrategy.parse(row.execution_strategy),
    created_at: new Date(row.created_at).toISOString(),
    updated_at: new Date(row.updated_at).toISOString(),
  };
}

/** What a caller sees of a thread. */
export function presentThread(record: ThreadRecord): Thread {
  const { session_id: _, context: __, fork_session: ___, ...thread } = record;
  return thread;
}
