import type { WriteTx } from "../events/index.ts";
import type { Database, Tx } from "../storage/index.ts";

/** An effect outside the database, as it was intended and as it went. */
export interface Effect {
  readonly key: string;
  readonly kind: string;
  readonly state: "intended" | "done";
  readonly intent: unknown;
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
  return { key: effect.key, kind: effect.kind, state: "intended", intent: effect.intent, result: null };
}

/** Records that an effect took place, and answers whether that was known already. */
export async function effectDone(tx: WriteTx, key: string, result: unknown): Promise<"first" | "again"> {
  const before = await findEffect(tx.db, key);
  await tx.db
    .updateTable("effects")
    .set({ state: "done", result: JSON.stringify(result), updated_at: tx.now })
    .where("key", "=", key)
    .execute();
  return before?.state === "done" ? "again" : "first";
}

/** Effects of a kind that were meant and are not known to have taken place. */
export function intendedEffects(db: Tx, kind: string): Promise<{ readonly task_id: string }[]> {
  return db
    .selectFrom("effects")
    .select("task_id")
    .where("kind", "=", kind)
    .where("state", "=", "intended")
    .execute();
}

/** The effects of a task of these kinds, oldest first. */
export async function effectsOf(db: Tx, taskId: string, kinds: readonly string[]): Promise<Effect[]> {
  const rows = await db
    .selectFrom("effects")
    .selectAll()
    .where("task_id", "=", taskId)
    .where("kind", "in", [...kinds])
    .orderBy("updated_at")
    .orderBy("created_at")
    .orderBy("key")
    .execute();
  return rows.map(parsed);
}

async function findEffect(db: Tx, key: string): Promise<Effect | undefined> {
  const row = await db.selectFrom("effects").selectAll().where("key", "=", key).executeTakeFirst();
  return row && parsed(row);
}

function parsed(row: Database["effects"]): Effect {
  return {
    key: row.key,
    kind: row.kind,
    state: row.state === "done" ? "done" : "intended",
    intent: JSON.parse(row.intent) as unknown,
    result: row.result === null ? null : (JSON.parse(row.result) as unknown),
  };
}
