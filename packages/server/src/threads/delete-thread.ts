import type { WriteTx } from "../events/index.ts";
import { type ThreadRecord, threadScope } from "./thread-store.ts";

/** Deletes a thread with its turns, items and queue. Its events stay in the log as long as retention keeps them. */
export async function deleteThread(tx: WriteTx, thread: ThreadRecord, actor: string): Promise<void> {
  for (const table of ["items", "inputs", "turns", "turn_timings", "session_names", "publications"] as const)
    await tx.db.deleteFrom(table).where("thread_id", "=", thread.id).execute();
  await tx.db.deleteFrom("threads").where("id", "=", thread.id).execute();
  await tx.append({
    ...threadScope(thread),
    type: "thread.deleted",
    actor,
    data: { title: thread.title },
  });
}
