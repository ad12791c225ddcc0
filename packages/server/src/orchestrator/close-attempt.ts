import type { AttemptStatus } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import { evidenceOf } from "../evidence/index.ts";
import { reviewsOf } from "../review/index.ts";
import { forgetDay } from "../storage/index.ts";
import {
  attemptHistory,
  endAttempt,
  failureJson,
  getTask,
  isTerminal,
  patchTask,
  scopeOf,
  type TaskRecord,
  transition,
  writeAs,
} from "../tasks/index.ts";
import { settleAccountWait } from "./account-waits.ts";
import { closeTurns } from "./close-turns.ts";
import { deadLetter } from "./dead-letter.ts";
import { gradeOf } from "./grade.ts";
import { keepTree } from "./keep-tree.ts";
import { noteFailure } from "./progress.ts";
import { type AttemptEnd, describe, type OrchestratorDeps, type Run, stage } from "./run.ts";
import { isSpaceWait } from "./space-wait.ts";

type Closing = Pick<Run, "deps" | "attempt" | "task">;

/** What follows a finished or stopped attempt: grade, cleanup, the task's next status and the end of the attempt. */
export async function closeAttempt(run: Run, wanted: AttemptEnd): Promise<void> {
  const end = await asItStands(run, wanted);
  const graded: Run = { ...run, signal: new AbortController().signal };
  if (end.type === "done")
    await stage(graded, "grade", 0, async () => ({ ok: true, value: null, detail: await assignGrade(run) }));
  else await settleTask(run, end);
  const kept = !isSpaceWait(end) || (await keepTree(run));
  if (kept)
    await stage(graded, "cleanup", 0, async () => ({ ok: true, value: null, detail: await cleanUp(run) }));
  await finishAttempt(run, end, kept);
}

/** A stop that came after the work was published stops nothing: the task is done. */
async function asItStands(run: Run, end: AttemptEnd): Promise<AttemptEnd> {
  if (end.type === "done") return end;
  const task = await getTask(run.deps.storage.reader, run.task.id);
  return task.status === "done" ? { type: "done" } : end;
}

/** Grades a finished task from what was recorded. Cannot undo `done`. */
export async function assignGrade(run: Closing): Promise<string> {
  const { deps, attempt, task } = run;
  const db = deps.storage.reader;
  const [record, reviews, evidence, attempts] = await Promise.all([
    getTask(db, task.id),
    reviewsOf(db, task.id),
    evidenceOf(db, task.id),
    attemptHistory(db, task.id),
  ]);
  const newest = reviews.at(-1);
  const failedRounds = new Set(evidence.filter((item) => !item.passed).map((item) => item.commit));
  const grade = gradeOf({
    evidence: record.evidence.state,
    review: record.review.state,
    independent: newest?.independent ?? false,
    failed_validations: failedRounds.size,
    changes_requested: reviews.filter((round) => round.verdict === "changes_requested").length,
    open_findings: newest?.verdict === "approved" ? 0 : (newest?.findings.length ?? 0),
    lost_attempts: attempts.filter((one) => one.status === "crashed" || one.status === "failed").length,
  });
  await writeAs(deps.log, attempt, "grade", async (tx, current) => {
    await patchTask(tx, task.id, { grade: JSON.stringify(grade), grade_letter: grade.letter });
    if (current.finished_at !== null) await forgetDay(tx.db, "tasks", current.finished_at);
    await tx.append({ ...scopeOf(current, attempt.id), type: "grade.assigned", data: { grade } });
  });
  return grade.letter ?? "no grade without data";
}

/** Removes the attempt's working trees. The work itself is on a ref; cleaning twice is harmless. */
export async function cleanUp(run: Closing): Promise<string> {
  const { deps, attempt } = run;
  await deps.runner.killCookie(attempt.id);
  try {
    await deps.workspaces.remove(attempt.id);
  } catch (error) {
    deps.logger.warn(
      { err: error, attempt_id: attempt.id },
      "a workspace could not be removed; the next start tries again",
    );
    return "left for the next start";
  }
  await writeAs(deps.log, attempt, "cleanup", (tx, task) =>
    tx.append({ ...scopeOf(task, attempt.id), type: "workspace.removed", data: { attempt_id: attempt.id } }),
  );
  return "removed";
}

/** Moves the task to where this end leads. A task that a person ended meanwhile stays as it is. */
async function settleTask(run: Run, end: Exclude<AttemptEnd, { type: "done" }>): Promise<void> {
  const { deps, attempt } = run;
  await writeAs(deps.log, attempt, "settle", async (tx, task) => {
    if (isTerminal(task.status)) return;
    const as = attempt.id;
    switch (end.type) {
      case "no_change":
        await transition(tx, task, { type: "finish", status: "no_change", reason: end.why }, as);
        return;
      case "budget":
        await transition(tx, task, { type: "finish", status: "budget_exhausted", reason: end.why }, as, {
          error: failureJson({ code: "budget_exhausted", message: end.why }),
        });
        return;
      case "waiting":
        return settleWait(run, tx, task, end);
      case "failed":
        return settleFailure(run, tx, task, end);
      default:
        // A stop that nobody asked of the task itself, such as a drain: it did not use up a try.
        await transition(
          tx,
          task,
          { type: "requeue", reason: end.type === "superseded" ? end.why : "stopped" },
          as,
          { tries: Math.max(0, task.tries - 1) },
        );
    }
  });
}

/** The task waits: for its account, or with the reason the attempt ended with. */
async function settleWait(
  { deps, attempt }: Run,
  tx: WriteTx,
  task: TaskRecord,
  end: Extract<AttemptEnd, { type: "waiting" }>,
): Promise<void> {
  if (end.reason.account !== undefined) {
    const { max_redeliveries } = deps.config.limits;
    await settleAccountWait(tx, task, end, { as: attempt.id, max_redeliveries });
    return;
  }
  const until = end.until === undefined ? null : new Date(end.until).toISOString();
  const reason = { ...end.reason, since: new Date(tx.now).toISOString(), until };
  await transition(tx, task, { type: "wait", reason }, attempt.id, {
    not_before: end.until ?? null,
    // A stop nobody asked of the task itself did not use up a try.
    ...(reason.code === "budget" ? { tries: Math.max(0, task.tries - 1) } : {}),
  });
}

/**
 * A failure for good ends the task. Where another try would bring nothing it waits for a person, also when its tries
 * are used up; one whose tries brought something new each time, and ran out, fails. Else it is tried again after a pause.
 */
async function settleFailure(
  { deps, attempt }: Run,
  tx: WriteTx,
  task: TaskRecord,
  end: Extract<AttemptEnd, { type: "failed" }>,
): Promise<void> {
  const message = deps.redact(end.failure.message);
  const idle = await noteFailure(
    tx,
    task,
    { code: end.failure.code, message },
    deps.config.limits.dead_letter_attempts,
  );
  const error = failureJson({ code: end.failure.code, message });
  if (end.retry && idle !== undefined) {
    const reason = deadLetter(task, `${idle} Last: ${message}`, tx.now);
    await transition(tx, task, { type: "wait", reason }, attempt.id, { error, not_before: null });
    return;
  }
  if (!end.retry || task.tries >= task.limits.max_attempts) {
    const reason = end.failure.code;
    await transition(tx, task, { type: "finish", status: "failed", reason }, attempt.id, { error });
    return;
  }
  await transition(tx, task, { type: "requeue", reason: `retry after ${end.failure.code}` }, attempt.id, {
    error,
    not_before: Math.max(end.not_before ?? 0, tx.now + pause(task, end.failure.code, deps.random)),
  });
}

/** An attempt whose work is only in its tree counts as crashed: the next one takes it from there. */
async function finishAttempt(run: Run, end: AttemptEnd, kept: boolean): Promise<void> {
  const status = !kept
    ? "crashed"
    : end.type === "done" || end.type === "no_change"
      ? "succeeded"
      : end.type === "failed" || end.type === "budget"
        ? "failed"
        : end.type === "cancelled"
          ? "cancelled"
          : "superseded";
  const { deps, attempt } = run;
  const reason = deps.redact(describe(end)).slice(0, 2000);
  await writeAs(deps.log, attempt, "end", async (tx, task) => {
    await closeTurns(deps, tx, task, {
      attemptId: attempt.id,
      message: "The attempt ended while this turn ran.",
    });
    await closeBooked(deps, tx, task, { id: attempt.id, status, reason });
  });
}

/** Closes an attempt and books the time it ran, until now or until its last sign of life, to its project and night. */
export async function closeBooked(
  { limits }: Pick<OrchestratorDeps, "limits">,
  tx: WriteTx,
  task: TaskRecord,
  end: {
    readonly id: string;
    readonly status: Exclude<AttemptStatus, "running">;
    readonly reason: string;
    readonly ranUntil?: number;
  },
): Promise<void> {
  const ran = await endAttempt(tx, task, end.id, end.status, end.reason, end.ranUntil);
  if (ran) await limits.book(tx, task.project_id, { id: end.id, ...ran });
}

/** After a transient failure of a provider the pause is random up to the limit, so that not all come back together. */
function pause(task: TaskRecord, code: string, random: () => number): number {
  return code === "agent_transient" ? Math.floor(random() * backoff(task)) : backoff(task);
}

/** Doubles with each try, up to the limit. */
function backoff(task: TaskRecord): number {
  const { retry_base_backoff_ms, retry_max_backoff_ms } = task.limits;
  return Math.min(retry_max_backoff_ms, retry_base_backoff_ms * 2 ** Math.max(0, task.tries - 1));
}

/** When an attempt that a dead server left was last known to run. */
export function lastSign(task: Pick<TaskRecord, "heartbeat_at" | "progress_at">): number {
  return Math.max(task.heartbeat_at ?? 0, task.progress_at ?? 0);
}

/** Grade and cleanup of a task whose server died after `done`. */
export async function finishAfterCrash(
  deps: OrchestratorDeps,
  attempt: Run["attempt"],
  task: TaskRecord,
): Promise<void> {
  const closing = { deps, attempt, task };
  if (task.status === "done" && task.grade === null) await assignGrade(closing);
  await cleanUp(closing);
  await writeAs(deps.log, attempt, "end", (tx, current) =>
    closeBooked(deps, tx, current, {
      id: attempt.id,
      status: task.status === "done" || task.status === "no_change" ? "succeeded" : "cancelled",
      reason: "closed after a restart",
      ranUntil: lastSign(task),
    }),
  );
}
