import type { Tx } from "../storage/index.ts";
import type { WriteTx } from "./event-log.ts";

/** Whoever follows the log from start to start, by a name of his own. */
export type LogFollower = "hooks";

/** How far a follower has come: the last seq he is done with. Undefined for one who has no place yet. */
export async function readPlace(db: Tx, follower: LogFollower): Promise<number | undefined> {
  const row = await db
    .selectFrom("counters")
    .select("value")
    .where("name", "=", rowOf(follower))
    .executeTakeFirst();
  return row?.value;
}

/** Keeps a follower's place with the log. */
export async function keepPlace(tx: WriteTx, follower: LogFollower, seq: number): Promise<void> {
  await tx.db
    .insertInto("counters")
    .values({ name: rowOf(follower), value: seq })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: seq }))
    .execute();
}

/** Forgets a place: who follows again begins at the end of the log. */
export async function dropPlace(tx: WriteTx, follower: LogFollower): Promise<void> {
  await tx.db.deleteFrom("counters").where("name", "=", rowOf(follower)).execute();
}

function rowOf(follower: LogFollower): string {
  return `place:${follower}`;
}
