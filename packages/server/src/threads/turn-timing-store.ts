import type { WriteTx } from "../events/index.ts";
import type { Database, Tx } from "../storage/index.ts";

/** When a turn was asked and first answered (epoch milliseconds), and how its program ended. */
export type TurnTiming = Database["turn_timings"];

/** Keeps the timing of a turn. One that was parked and went on keeps when it began, and has the newest end. */
export async function keepTiming(tx: WriteTx, timing: TurnTiming): Promise<void> {
  const before = await timingOf(tx.db, timing.turn_id);
  if (before === undefined) await tx.db.insertInto("turn_timings").values(timing).execute();
  else
    await tx.db
      .updateTable("turn_timings")
      .set({
        agent_at: before.agent_at ?? timing.agent_at,
        first_output_at: before.first_output_at ?? timing.first_output_at,
        exit_code: timing.exit_code,
      })
      .where("turn_id", "=", timing.turn_id)
      .execute();
}

/** The timing of a turn; undefined for one no agent was asked in. */
export async function timingOf(db: Tx, turn_id: string): Promise<TurnTiming | undefined> {
  return db.selectFrom("turn_timings").selectAll().where("turn_id", "=", turn_id).executeTakeFirst();
}
