import { answerCommands, type ListedProblem } from "@harness/protocol";
import type { Tx } from "../storage/index.ts";
import { MAX_LINES, short, time } from "./limits.ts";
import type { Names } from "./task-lines.ts";

interface Asked {
  readonly project_id: string | null;
  readonly now: number;
  readonly names: Names;
}

/** Questions nobody answered yet; that of a task which waits for its answer is the task's own problem. */
export async function approvalProblems(
  db: Tx,
  { project_id, now, names }: Asked,
): Promise<{ problems: ListedProblem[]; cut: boolean }> {
  let query = db
    .selectFrom("approvals as a")
    .leftJoin("tasks as t", "t.id", "a.task_id")
    .leftJoin("threads as h", "h.id", "a.thread_id")
    .select(["a.id", "a.kind", "a.agent", "a.summary", "a.project_id", "a.task_id", "a.thread_id"])
    .select(["a.created_at", "a.expires_at", "a.on_expiry", "h.title"])
    .where("a.status", "=", "pending")
    .where((eb) => eb.or([eb("t.status", "is", null), eb("t.status", "<>", "waiting")]));
  if (project_id !== null) query = query.where("a.project_id", "=", project_id);
  const rows = await query
    .orderBy("a.id")
    .limit(MAX_LINES + 1)
    .execute();
  const problems = rows.slice(0, MAX_LINES).map(
    (row): ListedProblem => ({
      id: `waiting_for_you:approval:${row.id}`,
      kind: "waiting_for_you",
      task_id: row.task_id,
      thread_id: row.thread_id,
      project_id: row.project_id,
      project: names.get(row.project_id) ?? row.project_id,
      account: null,
      title: short(row.title ?? row.agent, 200),
      code: "approval",
      reason: short(`${row.agent} asks: ${row.summary}`),
      since: time(row.created_at),
      age_ms: Math.max(0, now - row.created_at),
      until: row.on_expiry === "wait" || row.expires_at === null ? null : time(row.expires_at),
      expires_at: null,
      commands: answerCommands(row),
    }),
  );
  return { problems, cut: rows.length > MAX_LINES };
}
