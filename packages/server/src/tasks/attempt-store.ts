import {
  type AttemptStatus,
  HarnessError,
  type SandboxRecord,
  type StageName,
  type StageOutcome,
  terminalStatuses,
} from "@harness/protocol";
import type { EventLog, WriteTx } from "../events/index.ts";
import type { Tx } from "../storage/index.ts";
import type { TaskRecord } from "./task-row.ts";
import { findTask, scopeOf } from "./task-store.ts";

/** The identity every write of an attempt carries. */
export interface AttemptRef {
  readonly id: string;
  readonly task_id: string;
  readonly number: number;
  readonly fence: number;
}

/**
 * Runs a job as one attempt: only while the task still carries this attempt's fence. A write with an old fence is
 * recorded as an event and refused with `lease_lost`; nothing of it is stored.
 */
export async function writeAs<T>(
  log: EventLog,
  attempt: AttemptRef,
  name: string,
  job: (tx: WriteTx, task: TaskRecord) => Promise<T>,
): Promise<T> {
  const result = await log.write(async (tx) => {
    const task = await findTask(tx.db, attempt.task_id);
    if (!task) return { held: false as const, current: 0 };
    if (task.fence !== attempt.fence || task.current_attempt_id !== attempt.id) {
      await tx.append({
        ...scopeOf(task, attempt.id),
        type: "attempt.fence_rejected",
        data: { attempt_id: attempt.id, fence: attempt.fence, current: task.fence, write: name },
      });
      return { held: false as const, current: task.fence };
    }
    return { held: true as const, value: await job(tx, task) };
  });
  if (result.held) return result.value;
  throw new HarnessError(
    "lease_lost",
    `Attempt ${attempt.id} (fence ${attempt.fence}) may not write ${name}: task ${attempt.task_id} is at fence ${result.current}.`,
  );
}

/**
 * Closes an attempt and frees its place. Its unfinished stages get the outcome that fits, and the time it ran, until
 * now or until its last sign of life, goes to the task. Answers that time; undefined when it was closed already.
 */
export async function endAttempt(
  tx: WriteTx,
  task: TaskRecord,
  attemptId: string,
  status: Exclude<AttemptStatus, "running">,
  reason: string,
  ranUntil = tx.now,
): Promise<{ readonly from: number; readonly to: number } | undefined> {
  await endOpenStages(tx, task, { attempt_id: attemptId, status, detail: reason });
  const result = await tx.db
    .updateTable("attempts")
    .set((eb) => ({
      ...{ status, reason, ended_at: tx.now },
      ran_until: eb.case().when("started_at", ">", ranUntil).then(eb.ref("started_at")).else(ranUntil).end(),
    }))
    .where("id", "=", attemptId)
    .where("status", "=", "running")
    .returning(["started_at", "ran_until"])
    .executeTakeFirst();
  if (!result) return undefined;
  const ran = { from: result.started_at, to: result.ran_until ?? result.started_at };
  await tx.db
    .updateTable("tasks")
    .set((eb) => ({ wall_ms: eb("wall_ms", "+", ran.to - ran.from) }))
    .where("id", "=", task.id)
    .execute();
  await tx.db
    .updateTable("tasks")
    .set({ current_attempt_id: null, stage: null })
    .where("id", "=", task.id)
    .where("current_attempt_id", "=", attemptId)
    .execute();
  await tx.append({
    ...scopeOf(task, attemptId),
    type: "attempt.ended",
    data: { attempt_id: attemptId, status, reason },
  });
  return ran;
}

async function endOpenStages(
  tx: WriteTx,
  task: TaskRecord,
  {
    attempt_id,
    status,
    detail,
  }: { attempt_id: string; status: Exclude<AttemptStatus, "running">; detail: string },
): Promise<void> {
  const open = await tx.db
    .selectFrom("stages")
    .selectAll()
    .where("attempt_id", "=", attempt_id)
    .where("outcome", "is", null)
    .execute();
  const stopped = status === "cancelled" || status === "superseded";
  const outcome = status === "crashed" ? "crashed" : stopped ? "cancelled" : "failed";
  for (const { stage, round } of open)
    await endStage(tx, task, { attempt_id, stage: stage as StageName, round, outcome, detail });
}

/** Shows that the attempts of these ids are alive. */
export async function beat(tx: WriteTx, attemptIds: readonly string[]): Promise<void> {
  await tx.db
    .updateTable("tasks")
    .set({ heartbeat_at: tx.now })
    .where("current_attempt_id", "in", [...attemptIds])
    .execute();
}

/** Remembers where an attempt works, and under which sandbox. */
export async function setWorkspace(
  tx: WriteTx,
  attemptId: string,
  at: { readonly workspace: string; readonly sandbox: SandboxRecord },
): Promise<void> {
  const columns = { workspace: at.workspace, sandbox: JSON.stringify(at.sandbox) };
  await tx.db.updateTable("attempts").set(columns).where("id", "=", attemptId).execute();
}

/** Where an attempt works or worked; null before its workspace was there. */
export async function attemptWorkspace(db: Tx, attemptId: string): Promise<string | null> {
  const row = await db
    .selectFrom("attempts")
    .select("workspace")
    .where("id", "=", attemptId)
    .executeTakeFirst();
  return row?.workspace ?? null;
}

/** Opens a stage of an attempt. */
export async function startStage(
  tx: WriteTx,
  task: TaskRecord,
  key: { attempt_id: string; stage: StageName; round: number },
): Promise<void> {
  await tx.db
    .insertInto("stages")
    .values({
      ...key,
      task_id: task.id,
      outcome: null,
      detail: null,
      result: null,
      started_at: tx.now,
      ended_at: null,
    })
    .execute();
  await tx.db
    .updateTable("tasks")
    .set({ stage: key.stage, progress_at: tx.now, updated_at: tx.now })
    .where("id", "=", task.id)
    .execute();
  await tx.append({ ...scopeOf(task, key.attempt_id), type: "stage.started", data: key });
}

/** Closes a stage. `result` is what a later attempt inherits; only an `ok` stage may carry one. */
export async function endStage(
  tx: WriteTx,
  task: TaskRecord,
  end: {
    attempt_id: string;
    stage: StageName;
    round: number;
    outcome: StageOutcome;
    detail: string | null;
    result?: unknown;
  },
): Promise<void> {
  const { attempt_id, stage, round, outcome, detail } = end;
  const row = await tx.db
    .updateTable("stages")
    .set({
      outcome,
      detail,
      result: end.result === undefined ? null : JSON.stringify(end.result),
      ended_at: tx.now,
    })
    .where("attempt_id", "=", attempt_id)
    .where("stage", "=", stage)
    .where("round", "=", round)
    .returning("started_at")
    .executeTakeFirstOrThrow();
  await tx.append({
    ...scopeOf(task, attempt_id),
    type: "stage.ended",
    data: { attempt_id, stage, round, outcome, detail, duration_ms: Math.max(0, tx.now - row.started_at) },
  });
}

/** Results of stages earlier attempts finished, by `stage/round`; newer attempts win. */
export async function inheritedStages(db: Tx, task: TaskRecord): Promise<Map<string, unknown>> {
  const rows = await db
    .selectFrom("stages as s")
    .innerJoin("attempts as a", "a.id", "s.attempt_id")
    .select(["s.stage", "s.round", "s.result"])
    .where("s.task_id", "=", task.id)
    .where("s.outcome", "in", ["ok", "inherited"])
    .where("s.result", "is not", null)
    .where("a.number", ">=", task.inherit_from)
    .orderBy("a.number")
    .execute();
  return new Map(rows.map((row) => [`${row.stage}/${row.round}`, JSON.parse(row.result!) as unknown]));
}

/** Attempts still marked running: after a start, each belongs to a dead process. */
export function runningAttempts(
  db: Tx,
): Promise<
  { id: string; task_id: string; number: number; fence: number; workspace: string | null; owner: string }[]
> {
  return db
    .selectFrom("attempts")
    .select(["id", "task_id", "number", "fence", "workspace", "owner"])
    .where("status", "=", "running")
    .execute();
}

/** The crashed attempts of a task, the newest first; one may have left a working tree that no row names. */
export async function crashedAttempts(db: Tx, taskId: string): Promise<string[]> {
  const rows = await db
    .selectFrom("attempts")
    .select("id")
    .where("task_id", "=", taskId)
    .where("status", "=", "crashed")
    .orderBy("number", "desc")
    .execute();
  return rows.map((row) => row.id);
}

/** Attempts whose working trees may still hold work: live ones, and crashed ones of tasks that are not over. */
export async function attemptsWithWork(db: Tx): Promise<Set<string>> {
  const rows = await db
    .selectFrom("attempts as a")
    .innerJoin("tasks as t", "t.id", "a.task_id")
    .select("a.id")
    .where((eb) =>
      eb.or([
        eb("a.status", "=", "running"),
        eb.and([eb("a.status", "=", "crashed"), eb("t.status", "not in", [...terminalStatuses])]),
      ]),
    )
    .execute();
  return new Set(rows.map((row) => row.id));
}

/** Crashed attempts of a task since a person last asked for it. */
export async function crashCount(db: Tx, task: Pick<TaskRecord, "id" | "inherit_from">): Promise<number> {
  const row = await db
    .selectFrom("attempts")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("task_id", "=", task.id)
    .where("status", "=", "crashed")
    .where("number", ">=", task.inherit_from)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}
