import { type Kysely, sql } from "kysely";
import { z } from "zod";

/** What a task is found by, in small letters. */
export interface TaskWordsTable {
  task_id: string;
  /** Its title, its id and the beginning of its prompt. */
  words: string;
  /** The branch it was published as. */
  branch: string | null;
}

/** Makes the table above, and what a person thought of a task. */
export const boardTables = [
  "alter table tasks add column rating text",
  "alter table tasks add column rating_note text",
  "create index tasks_rating on tasks (rating, id) where rating is not null",
  "create index tasks_created on tasks (created_at, project_id, id)",
  "create table task_words (task_id text primary key, words text not null, branch text)",
];

const AT_ONCE = 500;
const Row = z.object({
  id: z.string(),
  title: z.string(),
  branch: z.string().nullable(),
  request: z.string(),
});
const Request = z.object({ prompt: z.string().optional() });

/** Characters of a prompt a task is found by. */
const PROMPT_CHARS = 4_000;

/** What a task is found by. */
export function wordsOf(task: {
  readonly id: string;
  readonly title: string;
  readonly prompt: string;
}): string {
  return lowered(`${task.title}\n${task.id}\n${task.prompt.slice(0, PROMPT_CHARS).toWellFormed()}`);
}

/** A text as it is kept and looked for: the same on every database, which differ in what case means. */
export function lowered(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/** Enters the words of tasks that are there. */
export async function backfillWords(db: Kysely<unknown>): Promise<void> {
  for (let after = ""; ; ) {
    const { rows } =
      await sql`select id, title, branch, request from tasks where id > ${after} order by id limit ${AT_ONCE}`.execute(
        db,
      );
    for (const row of rows) {
      const { id, title, branch, request } = Row.parse(row);
      after = id;
      const { prompt = "" } = Request.parse(JSON.parse(request));
      await sql`insert into task_words (task_id, words, branch)
        values (${id}, ${wordsOf({ id, title, prompt })}, ${branch === null ? null : lowered(branch)})`.execute(
        db,
      );
    }
    if (rows.length < AT_ONCE) return;
  }
}
