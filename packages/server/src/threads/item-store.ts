import { Item, type Thread, type ThreadItem } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { Database, Tx } from "../storage/index.ts";
import { threadScope } from "./thread-store.ts";

/** Keeps a finished item of a thread, under the seq of the event it came with. */
export async function addItem(
  tx: WriteTx,
  item: { readonly thread_id: string; readonly turn_id: string; readonly seq: number; readonly item: Item },
): Promise<void> {
  await tx.insert("items", {
    thread_id: item.thread_id,
    seq: item.seq,
    turn_id: item.turn_id,
    kind: item.item.kind,
    data: JSON.stringify(tx.redact(item.item)),
    at: tx.now,
  });
}

/** A person's words that begin a turn are its first item. */
export async function addWords(
  tx: WriteTx,
  said: {
    readonly thread: Pick<Thread, "id" | "project_id" | "task_id">;
    readonly turn_id: string;
    readonly text: string;
    readonly actor: string;
  },
): Promise<void> {
  const { thread, turn_id, text, actor } = said;
  const item = { id: "said:0", kind: "message", role: "user", name: actor, text } as const;
  const scope = { ...threadScope(thread), turn_id };
  const seq = await tx.append({ ...scope, type: "item.completed", actor, data: { item } });
  await addItem(tx, { thread_id: thread.id, turn_id, seq, item });
}

/** Items of a thread after a seq, in order, without those of turns it went back to before of. */
export async function itemsOf(
  db: Tx,
  threadId: string,
  page: { readonly after_seq: number; readonly limit: number },
): Promise<{ data: ThreadItem[]; has_more: boolean }> {
  const rows = await livingItems(db, threadId)
    .where("i.seq", ">", page.after_seq)
    .orderBy("i.seq")
    .limit(page.limit + 1)
    .execute();
  return { data: rows.slice(0, page.limit).map(toItem), has_more: rows.length > page.limit };
}

/** The first items of a turn, in order. */
export async function itemsOfTurn(db: Tx, turnId: string, most: number): Promise<Item[]> {
  const rows = await db
    .selectFrom("items")
    .selectAll()
    .where("turn_id", "=", turnId)
    .orderBy("seq")
    .limit(most)
    .execute();
  return rows.map((row) => toItem(row).item);
}

/** The newest items of a thread that hold words, oldest first, at most this many. */
export async function lastWordsOf(db: Tx, threadId: string, most: number): Promise<ThreadItem[]> {
  const rows = await livingItems(db, threadId)
    .where("i.kind", "in", ["message", "command", "file_change", "plan", "error"])
    .orderBy("i.seq", "desc")
    .limit(most)
    .execute();
  return rows.reverse().map(toItem);
}

/** The newest items of a thread of these kinds, oldest first, at most this many. */
export async function newestItemsOf(
  db: Tx,
  threadId: string,
  kinds: readonly Item["kind"][],
  most: number,
): Promise<ThreadItem[]> {
  const rows = await db
    .selectFrom("items as i")
    .innerJoin("turns as t", "t.id", "i.turn_id")
    .selectAll("i")
    .where("i.thread_id", "=", threadId)
    .where("i.kind", "in", [...kinds])
    .where("t.rolled_back", "=", 0)
    .orderBy("i.seq", "desc")
    .limit(most)
    .execute();
  return rows.reverse().map(toItem);
}

/** The turn an item belongs to, and whether it is the last of it; undefined when the thread has no such item. */
export async function placeOfItem(
  db: Tx,
  threadId: string,
  seq: number,
): Promise<{ readonly turn_id: string; readonly isLast: boolean } | undefined> {
  const rows = await db
    .selectFrom("items as i")
    .innerJoin("items as other", "other.turn_id", "i.turn_id")
    .select(({ fn }) => ["i.turn_id", fn.max("other.seq").as("last")])
    .where("i.thread_id", "=", threadId)
    .where("i.seq", "=", seq)
    .groupBy("i.turn_id")
    .execute();
  const [found] = rows;
  return found && { turn_id: found.turn_id, isLast: Number(found.last) === seq };
}

/** Copies items of certain turns, up to a seq, into another thread under the ids of its own turns. */
export async function copyItems(
  tx: WriteTx,
  from: string,
  to: string,
  cut: { readonly seq: number; readonly turns: ReadonlyMap<string, string> },
): Promise<number> {
  let copied = 0;
  for (const [old, fresh] of cut.turns) {
    const rows = await tx.db
      .selectFrom("items")
      .selectAll()
      .where("thread_id", "=", from)
      .where("turn_id", "=", old)
      .where("seq", "<=", cut.seq)
      .orderBy("seq")
      .execute();
    for (const row of rows) await tx.insert("items", { ...row, thread_id: to, turn_id: fresh });
    copied += rows.length;
  }
  return copied;
}

/** Items of a thread without those of turns it went back to before. */
function livingItems(db: Tx, threadId: string) {
  return db
    .selectFrom("items as i")
    .selectAll("i")
    .where("i.thread_id", "=", threadId)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("turns as t")
            .select("t.id")
            .whereRef("t.id", "=", "i.turn_id")
            .where("t.rolled_back", "=", 1),
        ),
      ),
    );
}

function toItem(row: Database["items"]): ThreadItem {
  return {
    seq: Number(row.seq),
    turn_id: row.turn_id,
    at: new Date(Number(row.at)).toISOString(),
    item: Item.parse(JSON.parse(row.data)),
  };
}
