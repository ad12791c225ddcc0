import {
  Failure,
  HarnessError,
  type NewId,
  Role,
  StrategyChoice,
  type Turn,
  TurnStatus,
  Usage,
} from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { Database, Tx } from "../storage/index.ts";
import { addThreadUsage, patchThread, setThreadStatus } from "./thread-store.ts";

/** Turns of one thread that are shown at once. */
const SHOWN = 500;

/** A turn as its row is stored. */
export interface TurnRecord extends Turn {
  /** What a person said; null for a turn of a task. */
  readonly input: string | null;
  /** What a turn of a conversation is for. */
  readonly purpose: "say" | "compact" | null;
}

/** Opens a turn; its thread is active from now on. */
export async function startTurn(
  tx: WriteTx,
  turn: Pick<Turn, "id" | "thread_id" | "task_id" | "attempt_id" | "role" | "round" | "agent" | "model"> & {
    readonly input?: string;
    readonly purpose?: "say" | "compact";
    readonly strategy?: StrategyChoice | null;
  },
): Promise<void> {
  await tx.db
    .insertInto("turns")
    .values({
      ...turn,
      input: turn.input ?? null,
      purpose: turn.purpose ?? null,
      strategy: turn.strategy ? JSON.stringify(turn.strategy) : null,
      status: "running",
      failure: null,
      usage: null,
      commit_sha: null,
      rolled_back: 0,
      started_at: tx.now,
      ended_at: null,
    })
    .execute();
  const { turns } = await tx.db
    .selectFrom("threads")
    .select("turns")
    .where("id", "=", turn.thread_id)
    .executeTakeFirstOrThrow();
  await patchThread(tx, turn.thread_id, { turns: turns + 1 });
  await setThreadStatus(tx, turn.thread_id, "active");
}

/** How a turn ended. */
export interface TurnEnd {
  readonly status: "completed" | "cancelled" | "failed";
  readonly failure: Failure | null;
  readonly usage: Usage | null;
}

/** Closes a turn that runs or waits. False when it was closed before: a terminal turn never changes. */
export async function endTurn(tx: WriteTx, id: string, end: TurnEnd): Promise<boolean> {
  const row = await tx.db
    .updateTable("turns")
    .set({
      status: end.status,
      failure: end.failure && JSON.stringify(end.failure),
      usage: end.usage && JSON.stringify(end.usage),
      ended_at: tx.now,
    })
    .where("id", "=", id)
    .where("status", "in", ["running", "waiting"])
    .returning("thread_id")
    .executeTakeFirst();
  if (!row) return false;
  await addThreadUsage(tx, row.thread_id, end.usage);
  await setThreadStatus(tx, row.thread_id, "idle");
  return true;
}

/** Parks a running turn without a process until a person answers, or lets it run again. */
export async function moveTurn(tx: WriteTx, id: string, status: "running" | "waiting"): Promise<void> {
  const from = status === "running" ? "waiting" : "running";
  const row = await tx.db
    .updateTable("turns")
    .set({ status })
    .where("id", "=", id)
    .where("status", "=", from)
    .returning("thread_id")
    .executeTakeFirst();
  if (row) await setThreadStatus(tx, row.thread_id, status === "running" ? "active" : "waiting");
}

/** Closes the turns a dead attempt left open; their usage stays as it was last recorded. */
export async function closeTurnsOf(tx: WriteTx, attemptId: string, failure: Failure): Promise<string[]> {
  const rows = await tx.db
    .updateTable("turns")
    .set({ status: "failed", failure: JSON.stringify(failure), ended_at: tx.now })
    .where("attempt_id", "=", attemptId)
    .where("status", "=", "running")
    .returning(["id", "thread_id", "usage"])
    .execute();
  for (const { thread_id, usage } of rows) {
    await addThreadUsage(tx, thread_id, usage === null ? null : Usage.parse(JSON.parse(usage)));
    await setThreadStatus(tx, thread_id, "idle");
  }
  return rows.map((row) => row.id);
}

/** Records the usage of a running turn. */
export async function setTurnUsage(tx: WriteTx, id: string, usage: Usage): Promise<void> {
  await tx.db
    .updateTable("turns")
    .set({ usage: JSON.stringify(usage) })
    .where("id", "=", id)
    .execute();
}

/** Remembers the snapshot taken after a turn: the checkpoint to go back to. Answers what it is filed under. */
export async function setTurnCommit(
  tx: WriteTx,
  id: string,
  commit: string,
): Promise<{ thread_id: string; turn_id: string }> {
  const row = await tx.db
    .updateTable("turns")
    .set({ commit_sha: commit })
    .where("id", "=", id)
    .returning("thread_id")
    .executeTakeFirstOrThrow();
  return { ...row, turn_id: id };
}

/** Copies ended turns into another thread. Answers the ids of the copies by those of the originals. */
export async function copyTurns(
  tx: WriteTx,
  turns: readonly TurnRecord[],
  thread: { readonly id: string; readonly turns: number },
  newId: NewId,
): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const {
    id,
    commit,
    rolled_back: _,
    started_at,
    ended_at,
    failure,
    usage,
    strategy,
    ...turn
  } of turns) {
    const copy = newId("turn");
    ids.set(id, copy);
    await tx.db
      .insertInto("turns")
      .values({
        ...turn,
        id: copy,
        thread_id: thread.id,
        task_id: null,
        attempt_id: null,
        failure: failure && JSON.stringify(failure),
        // What the original used was used once.
        usage: usage && null,
        commit_sha: commit,
        strategy: strategy && JSON.stringify(strategy),
        rolled_back: 0,
        started_at: Date.parse(started_at),
        ended_at: ended_at === null ? null : Date.parse(ended_at),
      })
      .execute();
  }
  await patchThread(tx, thread.id, { turns: thread.turns + ids.size });
  return ids;
}

/** Marks turns a thread went back to before. */
export async function markRolledBack(tx: WriteTx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.db.updateTable("turns").set({ rolled_back: 1 }).where("id", "in", ids).execute();
}

/** The turns of a task, oldest first. */
export async function turnHistory(db: Tx, taskId: string): Promise<Turn[]> {
  const rows = await db.selectFrom("turns").selectAll().where("task_id", "=", taskId).orderBy("id").execute();
  return rows.map((row) => presentTurn(toTurn(row)));
}

/** The newest turns of a thread, oldest first. */
export async function turnsOfThread(db: Tx, threadId: string): Promise<TurnRecord[]> {
  const rows = await db
    .selectFrom("turns")
    .selectAll()
    .where("thread_id", "=", threadId)
    .orderBy("id", "desc")
    .limit(SHOWN)
    .execute();
  return rows.reverse().map(toTurn);
}

/** Turns that run or wait and belong to no task. */
export async function openTurns(db: Tx): Promise<TurnRecord[]> {
  const rows = await db
    .selectFrom("turns")
    .selectAll()
    .where("status", "in", ["running", "waiting"])
    .where("task_id", "is", null)
    .orderBy("id")
    .execute();
  return rows.map(toTurn);
}

/** The turn with this id. Throws `turn_not_found`. */
export async function getTurn(db: Tx, id: string): Promise<TurnRecord> {
  const turn = await findTurn(db, id);
  if (turn) return turn;
  throw new HarnessError("turn_not_found", `There is no turn ${id}.`);
}

/** A turn by its id, if it is there. */
export async function findTurn(db: Tx, id: string): Promise<TurnRecord | undefined> {
  const row = await db.selectFrom("turns").selectAll().where("id", "=", id).executeTakeFirst();
  return row && toTurn(row);
}

/** What a caller sees of a turn. */
export function presentTurn({ input: _, purpose: __, ...turn }: TurnRecord): Turn {
  return turn;
}

function toTurn({ commit_sha, rolled_back, purpose, ...row }: Database["turns"]): TurnRecord {
  return {
    ...row,
    role: Role.parse(row.role),
    status: TurnStatus.parse(row.status),
    failure: row.failure === null ? null : Failure.parse(JSON.parse(row.failure)),
    usage: row.usage === null ? null : Usage.parse(JSON.parse(row.usage)),
    purpose: purpose === "compact" ? "compact" : purpose === "say" ? "say" : null,
    commit: commit_sha,
    rolled_back: rolled_back === 1,
    strategy: row.strategy === null ? null : StrategyChoice.parse(JSON.parse(row.strategy)),
    started_at: new Date(row.started_at).toISOString(),
    ended_at: row.ended_at === null ? null : new Date(row.ended_at).toISOString(),
  };
}
