import { clearProbes } from "../agents/index.ts";
import { workspacesInUse } from "../disk/index.ts";
import type { WriteTx } from "../events/index.ts";
import {
  crashCount,
  findTask,
  isTerminal,
  runningAttempts,
  type TaskRecord,
  transition,
} from "../tasks/index.ts";
import { closeBooked, finishAfterCrash, lastSign } from "./close-attempt.ts";
import { closeTurns } from "./close-turns.ts";
import { deadLetter } from "./dead-letter.ts";
import type { OrchestratorDeps } from "./run.ts";

/**
 * At start: every attempt still marked running belongs to a dead process. Its processes are killed, its attempt is
 * closed as crashed and its task queued again (or stopped, when it keeps crashing). Returns how many were closed.
 */
export async function reconcile(deps: OrchestratorDeps): Promise<number> {
  const reaped = await deps.runner.reapDeadOwners();
  await deps.sandbox.reapAll();
  const attempts = await runningAttempts(deps.storage.reader);
  if (reaped.length > 0) {
    await deps.log.write(async (tx) => {
      for (const one of reaped)
        await tx.append({
          type: "process.reaped",
          actor: "harness",
          data: { pid: one.pid, cookie: one.cookie },
        });
    });
  }
  await deps.log.write(clearProbes);
  await closeDead(deps, attempts, "server stopped");
  return attempts.length;
}

/** Closes attempts that nothing runs any more as crashed; their tasks are queued again, or stopped when they keep crashing. */
export async function closeDead(
  deps: OrchestratorDeps,
  attempts: Awaited<ReturnType<typeof runningAttempts>>,
  what: "server stopped" | "disk was full",
): Promise<void> {
  const over: { attempt: (typeof attempts)[number]; task: TaskRecord }[] = [];
  // One job each: they share group commits, so a thousand interrupted tasks take a few fsyncs.
  await Promise.all(
    attempts.map((attempt) =>
      deps.log.write(async (tx) => {
        const task = await findTask(tx.db, attempt.task_id);
        if (!task) return;
        const last = lastSign(task);
        const message = `The ${what} while this turn ran.`;
        await closeTurns(deps, tx, task, { attemptId: attempt.id, message, ranUntil: last });
        if (isTerminal(task.status)) {
          over.push({ attempt, task });
          return;
        }
        await closeBooked(deps, tx, task, {
          id: attempt.id,
          status: "crashed",
          reason: `the ${what}`,
          ranUntil: last,
        });
        const limit = deps.config.limits.dead_letter_crashes;
        await goOnAfterCrash(tx, task, { reason: `the ${what} during the attempt`, limit });
      }),
    ),
  );
  for (const { attempt, task } of over) await finishAfterCrash(deps, attempt, task);
}

/** After an attempt was lost its task is queued again; one that is lost again and again waits for a person. */
export async function goOnAfterCrash(
  tx: WriteTx,
  task: TaskRecord,
  lost: { readonly reason: string; readonly limit: number; readonly pause_ms?: number },
): Promise<void> {
  const { reason, limit, pause_ms = 0 } = lost;
  const crashes = await crashCount(tx.db, task);
  if (crashes < limit) {
    await transition(tx, task, { type: "requeue", reason }, "harness", { not_before: tx.now + pause_ms });
    return;
  }
  const block = deadLetter(task, `${crashes} attempts of this task were lost: ${reason}.`, tx.now);
  await transition(tx, task, { type: "wait", reason: block }, "harness");
}

/** Removes working trees no attempt stands behind. Safe to run beside live attempts. */
export async function dropOrphans(deps: OrchestratorDeps): Promise<void> {
  const dropped = await deps.workspaces.dropOrphans(() => workspacesInUse(deps.storage.reader));
  if (dropped.length > 0) deps.logger.info({ attempts: dropped }, "removed workspaces without an attempt");
}
