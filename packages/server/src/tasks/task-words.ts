import { type RawBuilder, sql } from "kysely";
import type { WriteTx } from "../events/index.ts";
import { lowered, type TasksTable, wordsOf } from "../storage/index.ts";

/** Words of one question that are looked for. */
const MOST_WORDS = 10;

/** Keeps what a new task is found by. */
export async function addWords(tx: WriteTx, row: TasksTable, prompt: string): Promise<void> {
  const words = wordsOf({ id: row.id, title: row.title, prompt });
  await tx.insert("task_words", { task_id: row.id, words, branch: null });
}

/** A published task is found by its branch too. */
export async function noteBranch(tx: WriteTx, task_id: string, branch: string): Promise<void> {
  await tx.db
    .updateTable("task_words")
    .set({ branch: lowered(branch) })
    .where("task_id", "=", task_id)
    .execute();
}

/** Holds for tasks in whose words each of these stands somewhere; reads the words of all tasks, which are small. */
export function holdsWords(question: string): RawBuilder<boolean> {
  const wanted = lowered(question).split(/\s+/u).filter(Boolean).slice(0, MOST_WORDS);
  const each = wanted.map((word) => {
    const pattern = `%${word.replaceAll(/[\\%_]/g, "\\$&")}%`;
    return sql`(w.words like ${pattern} escape '\\' or w.branch like ${pattern} escape '\\')`;
  });
  return each.length === 0
    ? sql<boolean>`1 = 1`
    : sql<boolean>`id in (select w.task_id from task_words w where ${sql.join(each, sql` and `)})`;
}
