import { type Approval, type ApprovalStatus, idPattern } from "@harness/protocol";
import { decodeCursor, type PageInfo, type Tx, toPage } from "../storage/index.ts";
import { toApproval } from "./approval-row.ts";

/** Which approvals a list shows. */
export interface ApprovalQuery {
  readonly status: ApprovalStatus;
  readonly project_id?: string | undefined;
  readonly thread_id?: string | undefined;
  readonly task_id?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Approvals, newest first, page by page. Throws `invalid_cursor`. */
export async function listApprovals(
  db: Tx,
  query: ApprovalQuery,
): Promise<{ rows: readonly Approval[]; page: PageInfo }> {
  let select = db
    .selectFrom("approvals")
    .selectAll()
    .where("status", "=", query.status)
    .orderBy("id", "desc")
    .limit(query.limit + 1);
  for (const column of ["project_id", "thread_id", "task_id"] as const) {
    const value = query[column];
    if (value !== undefined) select = select.where(column, "=", value);
  }
  if (query.cursor !== undefined)
    select = select.where("id", "<", decodeCursor(query.cursor, idPattern("approval")));
  const { rows, page } = toPage(await select.execute(), query.limit, (row) => row.id);
  return { rows: rows.map(toApproval), page };
}
