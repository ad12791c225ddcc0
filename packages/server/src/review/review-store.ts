import { Finding, type ReviewRound, Verdict } from "@harness/protocol";
import { z } from "zod";
import type { WriteTx } from "../events/index.ts";
import type { Tx } from "../storage/index.ts";

const Findings = z.array(Finding);

/** Stores a review round and its event. */
export async function recordReview(tx: WriteTx, review: ReviewRound, project_id: string): Promise<void> {
  const { commit, independent, findings, created_at: _, ...rest } = review;
  await tx.db
    .insertInto("reviews")
    .values({
      ...rest,
      commit_sha: commit,
      independent: independent ? 1 : 0,
      findings: JSON.stringify(findings),
      created_at: tx.now,
    })
    .execute();
  await tx.append({
    type: "review.completed",
    actor: review.agent,
    project_id,
    task_id: review.task_id,
    data: { review },
  });
}

/** The review rounds of a task, oldest first. */
export async function reviewsOf(db: Tx, taskId: string): Promise<ReviewRound[]> {
  const rows = await db
    .selectFrom("reviews")
    .selectAll()
    .where("task_id", "=", taskId)
    .orderBy("id")
    .execute();
  return rows.map(({ commit_sha, ...row }) => ({
    ...row,
    commit: commit_sha,
    verdict: Verdict.parse(row.verdict),
    independent: row.independent === 1,
    findings: Findings.parse(JSON.parse(row.findings)),
    created_at: new Date(row.created_at).toISOString(),
  }));
}
