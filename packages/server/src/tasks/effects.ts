import type { WriteTx } from "../events/index.ts";
import type { Tx } from "../storage/index.ts";

/** An effect outside the database, as it was intended and as it went. */
export interface Effect {
  readonly key: string;
  readonly state: "intended" | "done";
  readonly result: unknown;
}

/** Records what is about to be done outside, once per key, before it is done. */
export async function intendEffect(
  tx: WriteTx,
  effect: { key: string; task_id: string; kind: string; intent: unknown },
): Promise<Effect> {
  const known = await findEffect(tx.db, effect.key);
  if (known) return known;
  await tx.db
    .insertInto("effects")
    .values({
      ...effect,
      intent: JSON.stringify(effect.intent),
      state: "intended",
      result: null,
      created_at: tx.now,
      updated_at: tx.now,
    })
    .execute();
  return { key: effect.key, state: "intended", result: null };
}

/** Records that an effect took place. */
export async function effectDone(tx: WriteTx, key: string, result: unknown): Promise<void> {
  await tx.db
    .updateTable("effects")
    .set({ state: "done", result: JSON.stringify(result), updated_at: tx.now })
    .where("key", "=", key)
    .execute();
}

async function findEffect(db: Tx, key: string): Promise<Effect | undefined> {
  const row = await db
    .selectFrom("effects")
    .select(["key", "state", "result"])
    .where("key", "=", key)
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    key: row.key,
    state: row.state === "done" ? "done" : "intended",
    result: row.result === null ? null : (JSON.parse(row.result) as unknown),
  };
}
