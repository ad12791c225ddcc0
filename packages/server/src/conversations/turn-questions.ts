import type { Approval } from "@harness/protocol";
import { toApproval } from "../approvals/index.ts";
import type { Tx } from "../storage/index.ts";

/** Whether a turn still waits for a person. */
export async function isAsked(db: Tx, turnId: string): Promise<boolean> {
  const row = await db
    .selectFrom("approvals")
    .select("id")
    .where("turn_id", "=", turnId)
    .where("status", "=", "pending")
    .executeTakeFirst();
  return row !== undefined;
}

/** The question of a turn that was answered last. */
export async function lastApproval(db: Tx, turnId: string): Promise<string> {
  const row = await db
    .selectFrom("approvals")
    .select("id")
    .where("turn_id", "=", turnId)
    .orderBy("decided_at", "desc")
    .executeTakeFirst();
  return row?.id ?? "";
}

/** Answers the agent of a turn was not told yet. */
export async function untoldAnswers(db: Tx, turnId: string): Promise<Approval[]> {
  const rows = await db
    .selectFrom("approvals")
    .selectAll()
    .where("turn_id", "=", turnId)
    .where("status", "<>", "pending")
    .where("consumed_at", "is", null)
    .orderBy("id")
    .execute();
  return rows.map(toApproval);
}
