import { idPattern, type ThreadStatus } from "@harness/protocol";
import { decodeCursor, type PageInfo, type Tx, toPage } from "../storage/index.ts";
import { type ThreadRecord, toRecord } from "./thread-store.ts";

/** Which threads a list shows. */
export interface ThreadQuery {
  readonly project_id?: string | undefined;
  readonly task_id?: string | undefined;
  /** Only conversations, no threads of tasks. */
  readonly own?: boolean | undefined;
  readonly status?: ThreadStatus | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Threads, newest first, page by page. Throws `invalid_cursor`. */
export async function listThreads(
  db: Tx,
  query: ThreadQuery,
): Promise<{ rows: readonly ThreadRecord[]; page: PageInfo }> {
  let select = db
    .selectFrom("threads")
    .selectAll()
    .orderBy("id", "desc")
    .limit(query.limit + 1);
  if (query.project_id !== undefined) select = select.where("project_id", "=", query.project_id);
  if (query.task_id !== undefined) select = select.where("task_id", "=", query.task_id);
  if (query.own === true) select = select.where("task_id", "is", null);
  if (query.status !== undefined) select = select.where("status", "=", query.status);
  if (query.cursor !== undefined)
    select = select.where("id", "<", decodeCursor(query.cursor, idPattern("thread")));
  const { rows, page } = toPage(await select.execute(), query.limit, (row) => row.id);
  return { rows: rows.map(toRecord), page };
}

/** Ids of the threads of conversations, whose workspaces are theirs. */
export async function conversationIds(db: Tx): Promise<string[]> {
  const rows = await db.selectFrom("threads").select("id").where("task_id", "is", null).execute();
  return rows.map((row) => row.id);
}
