import {
  type Attempt,
  type AttemptStatus,
  SandboxRecord,
  type Stage,
  type StageName,
  type StageOutcome,
} from "@harness/protocol";
import type { Tx } from "../storage/index.ts";

/** The attempts of a task, oldest first. */
export async function attemptHistory(db: Tx, taskId: string): Promise<Attempt[]> {
  const rows = await db
    .selectFrom("attempts")
    .selectAll()
    .where("task_id", "=", taskId)
    .orderBy("number")
    .execute();
  return rows.map(({ owner: _, ran_until: __, ...row }) => ({
    ...row,
    status: row.status as AttemptStatus,
    sandbox: row.sandbox === null ? null : SandboxRecord.parse(JSON.parse(row.sandbox)),
    started_at: iso(row.started_at),
    ended_at: row.ended_at === null ? null : iso(row.ended_at),
  }));
}

/** The stages of a task over all attempts, in the order they began. */
export async function stageHistory(db: Tx, taskId: string): Promise<Stage[]> {
  const rows = await db
    .selectFrom("stages")
    .selectAll()
    .where("task_id", "=", taskId)
    .orderBy("started_at")
    .orderBy("round")
    .execute();
  return rows.map(({ task_id: _task, result: _result, ...row }) => ({
    ...row,
    stage: row.stage as StageName,
    outcome: row.outcome as StageOutcome | null,
    started_at: iso(row.started_at),
    ended_at: row.ended_at === null ? null : iso(row.ended_at),
  }));
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
