import { type Evidence, TestCounts } from "@harness/protocol";
import { z } from "zod";
import type { WriteTx } from "../events/index.ts";
import type { Database, Tx } from "../storage/index.ts";

/** A command as it is stored. */
const Command = z.array(z.string());

/** Stores evidence and its event. The event leaves the output to the table. */
export async function recordEvidence(tx: WriteTx, evidence: Evidence, project_id: string): Promise<void> {
  const { commit, trust: _, created_at: _at, passed, command, counts, ...rest } = evidence;
  await tx.db
    .insertInto("evidence")
    .values({
      ...rest,
      commit_sha: commit,
      passed: passed ? 1 : 0,
      command: JSON.stringify(command),
      counts: counts && JSON.stringify(counts),
      created_at: tx.now,
    })
    .execute();
  const { output: _output, ...head } = evidence;
  await tx.append({
    type: "evidence.recorded",
    actor: "harness",
    project_id,
    task_id: evidence.task_id,
    data: { evidence: head },
  });
}

/** The evidence of a task, oldest first. */
export async function evidenceOf(db: Tx, taskId: string): Promise<Evidence[]> {
  const rows = await db
    .selectFrom("evidence")
    .selectAll()
    .where("task_id", "=", taskId)
    .orderBy("id")
    .execute();
  return rows.map(toEvidence);
}

function toEvidence(row: Database["evidence"]): Evidence {
  const { commit_sha, ...rest } = row;
  return {
    ...rest,
    commit: commit_sha,
    trust: "verified",
    passed: row.passed === 1,
    command: Command.parse(JSON.parse(row.command)),
    counts: row.counts === null ? null : TestCounts.parse(JSON.parse(row.counts)),
    created_at: new Date(row.created_at).toISOString(),
  };
}
