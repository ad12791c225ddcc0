import { type ApprovalRule, HarnessError } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { Tx } from "../storage/index.ts";
import { type Asked, ruleHash } from "./action-hash.ts";
import { toRule } from "./approval-row.ts";

/** The rule of a project that allows this for good, counted as a hit. */
export async function ruleFor(
  tx: WriteTx,
  projectId: string,
  asked: Asked,
): Promise<ApprovalRule | undefined> {
  const row = await tx.db
    .selectFrom("approval_rules")
    .selectAll()
    .where("project_id", "=", projectId)
    .where("match_hash", "=", ruleHash(asked))
    .executeTakeFirst();
  if (!row) return undefined;
  const hits = Number(row.hits) + 1;
  await tx.db.updateTable("approval_rules").set({ hits }).where("id", "=", row.id).execute();
  return toRule({ ...row, hits });
}

/** The rules of a project, or of all, in the order they were made. */
export async function listRules(db: Tx, projectId?: string): Promise<ApprovalRule[]> {
  let query = db.selectFrom("approval_rules").selectAll().orderBy("id").limit(1000);
  if (projectId !== undefined) query = query.where("project_id", "=", projectId);
  return (await query.execute()).map(toRule);
}

/** Takes a rule back. Throws `approval_not_found`. */
export async function forgetRule(tx: WriteTx, id: string, actor: string): Promise<void> {
  const row = await tx.db
    .deleteFrom("approval_rules")
    .where("id", "=", id)
    .returning("project_id")
    .executeTakeFirst();
  if (!row) throw new HarnessError("approval_not_found", `There is no approval rule ${id}.`);
  await tx.append({
    type: "approval_rule.forgotten",
    actor,
    project_id: row.project_id,
    data: { rule_id: id },
  });
}
