import type { WriteTx } from "../events/index.ts";
import type { Tx } from "../storage/index.ts";

/** The thread a client gave this name, if there is one. */
export async function threadNamed(db: Tx, name: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("session_names")
    .select("thread_id")
    .where("name", "=", name)
    .executeTakeFirst();
  return row?.thread_id;
}

/** Gives a thread a name. Who named it first keeps it: answers the thread that has the name now. */
export async function nameSession(tx: WriteTx, name: string, threadId: string): Promise<string> {
  const known = await threadNamed(tx.db, name);
  if (known !== undefined) return known;
  await tx.db.insertInto("session_names").values({ name, thread_id: threadId }).execute();
  return threadId;
}

/** The names of some threads that have one. */
export async function namesOf(db: Tx, threadIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (threadIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("session_names")
    .selectAll()
    .where("thread_id", "in", [...threadIds])
    .execute();
  return new Map(rows.map(({ thread_id, name }) => [thread_id, name]));
}

/** What a person said first in some threads. */
export async function firstWordsOf(
  db: Tx,
  threadIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (threadIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("turns")
    .select(["thread_id", "input"])
    .where("thread_id", "in", [...threadIds])
    .where("round", "=", 1)
    .where("input", "is not", null)
    .orderBy("id", "desc")
    .execute();
  return new Map(rows.map(({ thread_id, input }) => [thread_id, input ?? ""]));
}
