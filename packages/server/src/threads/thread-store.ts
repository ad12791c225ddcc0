import {
  Failure,
  type NewId,
  Role,
  type TaskArtifact,
  type TaskPrompt,
  type Turn,
  Usage,
} from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { Database, Tx } from "../storage/index.ts";

/** Longest prompt kept (bytes of text); CONTRACT.md 1.6. */
const PROMPT_CAP = 2 * 1024 * 1024;
/** Longest artifact kept. */
const ARTIFACT_CAP = 64 * 1024;

/** The conversation of one role of a task with one agent; made when first needed. */
export async function openThread(
  tx: WriteTx,
  want: { task_id: string; role: Role; agent: string; model: string | null; fresh: boolean },
  newId: NewId,
): Promise<Database["threads"]> {
  if (!want.fresh) {
    const known = await tx.db
      .selectFrom("threads")
      .selectAll()
      .where("task_id", "=", want.task_id)
      .where("role", "=", want.role)
      .where("agent", "=", want.agent)
      .orderBy("id", "desc")
      .executeTakeFirst();
    if (known) return known;
  }
  const row = {
    id: newId("thread"),
    task_id: want.task_id,
    role: want.role,
    agent: want.agent,
    model: want.model,
    session_id: null,
    created_at: tx.now,
  };
  await tx.db.insertInto("threads").values(row).execute();
  return row;
}

/** Remembers the agent's own name for the conversation, so that a follow-up can resume it. */
export async function setSession(tx: WriteTx, threadId: string, sessionId: string): Promise<void> {
  await tx.db.updateTable("threads").set({ session_id: sessionId }).where("id", "=", threadId).execute();
}

/** Opens a turn and stores the prompt it was given. */
export async function startTurn(
  tx: WriteTx,
  turn: {
    id: string;
    thread_id: string;
    task_id: string;
    attempt_id: string;
    role: Role;
    round: number;
    agent: string;
    model: string | null;
  },
  prompt: { id: string; phase: string; text: string },
): Promise<void> {
  await tx.db
    .insertInto("turns")
    .values({ ...turn, status: "running", failure: null, usage: null, started_at: tx.now, ended_at: null })
    .execute();
  const before = await tx.db
    .selectFrom("prompts")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("task_id", "=", turn.task_id)
    .executeTakeFirstOrThrow();
  await tx.db
    .insertInto("prompts")
    .values({
      id: prompt.id,
      task_id: turn.task_id,
      turn_id: turn.id,
      turn: Number(before.n) + 1,
      phase: prompt.phase,
      round: turn.round,
      prompt: prompt.text.slice(0, PROMPT_CAP),
      created_at: tx.now,
    })
    .execute();
}

/** Closes a turn. */
export async function endTurn(
  tx: WriteTx,
  id: string,
  end: { status: "completed" | "cancelled" | "failed"; failure: Failure | null; usage: Usage | null },
): Promise<void> {
  await tx.db
    .updateTable("turns")
    .set({
      status: end.status,
      failure: end.failure && JSON.stringify(end.failure),
      usage: end.usage && JSON.stringify(end.usage),
      ended_at: tx.now,
    })
    .where("id", "=", id)
    .where("status", "=", "running")
    .execute();
}

/** Closes the turns a dead attempt left open; their usage stays as it was last recorded. */
export async function closeTurnsOf(tx: WriteTx, attemptId: string, failure: Failure): Promise<string[]> {
  const rows = await tx.db
    .updateTable("turns")
    .set({ status: "failed", failure: JSON.stringify(failure), ended_at: tx.now })
    .where("attempt_id", "=", attemptId)
    .where("status", "=", "running")
    .returning("id")
    .execute();
  return rows.map((row) => row.id);
}

/** Records the usage of a running turn. */
export async function setTurnUsage(tx: WriteTx, id: string, usage: Usage): Promise<void> {
  await tx.db
    .updateTable("turns")
    .set({ usage: JSON.stringify(usage) })
    .where("id", "=", id)
    .execute();
}

/** Stores a text a task produced, cut to its cap with the cut marked. */
export async function addArtifact(
  tx: WriteTx,
  artifact: { id: string; task_id: string; turn: number; artifact_type: string; content: string },
): Promise<void> {
  const over = artifact.content.length - ARTIFACT_CAP;
  const content =
    over > 0 ? `${artifact.content.slice(0, ARTIFACT_CAP)}\n[${over} more characters cut]` : artifact.content;
  await tx.db
    .insertInto("artifacts")
    .values({ ...artifact, content, created_at: tx.now })
    .execute();
}

/** The turns of a task, oldest first. */
export async function turnHistory(db: Tx, taskId: string): Promise<Turn[]> {
  const rows = await db.selectFrom("turns").selectAll().where("task_id", "=", taskId).orderBy("id").execute();
  return rows.map((row) => ({
    ...row,
    role: Role.parse(row.role),
    status: row.status as Turn["status"],
    failure: row.failure === null ? null : Failure.parse(JSON.parse(row.failure)),
    usage: row.usage === null ? null : Usage.parse(JSON.parse(row.usage)),
    started_at: new Date(row.started_at).toISOString(),
    ended_at: row.ended_at === null ? null : new Date(row.ended_at).toISOString(),
  }));
}

/** Every prompt of a task, in order. */
export async function promptsOf(db: Tx, taskId: string): Promise<TaskPrompt[]> {
  const rows = await db
    .selectFrom("prompts")
    .selectAll()
    .where("task_id", "=", taskId)
    .orderBy("id")
    .execute();
  return rows.map(({ id: _, ...row }) => ({ ...row, created_at: new Date(row.created_at).toISOString() }));
}

/** Every artifact of a task, in order. */
export async function artifactsOf(db: Tx, taskId: string): Promise<TaskArtifact[]> {
  const rows = await db
    .selectFrom("artifacts")
    .selectAll()
    .where("task_id", "=", taskId)
    .orderBy("id")
    .execute();
  return rows.map(({ id: _, ...row }) => ({ ...row, created_at: new Date(row.created_at).toISOString() }));
}
