import { type ExecutionStrategy, HarnessError, type NewId, type QueuedInput } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { Database, Tx } from "../storage/index.ts";
import { getThread, StoredStrategy, type ThreadRecord, threadScope } from "./thread-store.ts";

/** Puts what a person said into the queue of a thread. Throws `queue_full`. */
export async function queueInput(
  tx: WriteTx,
  thread: ThreadRecord,
  input: {
    readonly text: string;
    readonly execution_strategy?: ExecutionStrategy | null;
    readonly actor: string;
    readonly most: number;
  },
  newId: NewId,
): Promise<QueuedInput> {
  const waiting = await queueOf(tx.db, thread.id);
  if (waiting.length >= input.most)
    throw new HarnessError(
      "queue_full",
      `${waiting.length} inputs wait in the queue of thread ${thread.id}, as many as may. Let some be done or take some out.`,
    );
  const { text, execution_strategy = null, actor } = input;
  const id = newId("input");
  const row = { id, thread_id: thread.id, text, execution_strategy, actor, created_at: tx.now };
  await tx.db.insertInto("inputs").values(row).execute();
  const data = { input_id: id, text, execution_strategy };
  await tx.append({ ...threadScope(thread), type: "input.queued", actor, data });
  return toInput(row);
}

/** What waits in the queue of a thread, in order. */
export async function queueOf(db: Tx, threadId: string): Promise<QueuedInput[]> {
  const rows = await db
    .selectFrom("inputs")
    .selectAll()
    .where("thread_id", "=", threadId)
    .orderBy("id")
    .execute();
  return rows.map(toInput);
}

/** What waits longest in the queue of the implementer of a task. */
export async function nextInput(db: Tx, taskId: string): Promise<QueuedInput | undefined> {
  const row = await db
    .selectFrom("inputs as i")
    .innerJoin("threads as t", "t.id", "i.thread_id")
    .selectAll("i")
    .where("t.task_id", "=", taskId)
    .where("t.role", "=", "implementer")
    .orderBy("i.id")
    .executeTakeFirst();
  return row && toInput(row);
}

/** Threads something waits for. */
export async function threadsWithInput(db: Tx): Promise<string[]> {
  const rows = await db.selectFrom("inputs").select("thread_id").distinct().execute();
  return rows.map((row) => row.thread_id);
}

/** Changes what waits. Throws `input_not_found`. */
export async function editInput(tx: WriteTx, id: string, text: string, actor: string): Promise<QueuedInput> {
  const row = await tx.db
    .updateTable("inputs")
    .set({ text })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw notFound(id);
  const thread = await getThread(tx.db, row.thread_id);
  await tx.append({ ...threadScope(thread), type: "input.changed", actor, data: { input_id: id, text } });
  return toInput(row);
}

/** Takes something out of a queue, because it is started, was told to the agent or is not wanted. Throws `input_not_found`. */
export async function takeInput(
  tx: WriteTx,
  id: string,
  why: "started" | "steered" | "removed",
  actor: string,
): Promise<QueuedInput> {
  const row = await tx.db.deleteFrom("inputs").where("id", "=", id).returningAll().executeTakeFirst();
  if (!row) throw notFound(id);
  const thread = await getThread(tx.db, row.thread_id);
  await tx.append({ ...threadScope(thread), type: "input.removed", actor, data: { input_id: id, why } });
  return toInput(row);
}

function notFound(id: string): HarnessError {
  return new HarnessError("input_not_found", `No input ${id} waits in a queue: it was started or taken out.`);
}

function toInput(row: Database["inputs"]): QueuedInput {
  return {
    ...row,
    execution_strategy: StoredStrategy.parse(row.execution_strategy),
    created_at: new Date(row.created_at).toISOString(),
  };
}
