import { isHarnessError, type SandboxRecord } from "@harness/protocol";
import { getProject } from "../projects/index.ts";
import { isDiskFull } from "../storage/index.ts";
import { type AttemptRef, type Claim, findTask, inheritedStages, isTerminal } from "../tasks/index.ts";
import { settleSandbox } from "../turns/index.ts";
import { runAttempt } from "./attempt.ts";
import { closeAttempt, closeBooked } from "./close-attempt.ts";
import { closeTurns } from "./close-turns.ts";
import { withProven } from "./proven-checkpoint.ts";
import { goOnAfterCrash } from "./reconcile.ts";
import { type AttemptEnd, failWith, type OrchestratorDeps, type Run, waitFor } from "./run.ts";
import { endOnFullDisk, spaceWait } from "./space-wait.ts";

/** Runs a claimed attempt from its first stage to its closed row, however it ends. Never rejects. */
export async function executeAttempt(
  deps: OrchestratorDeps,
  claim: Claim,
  control: Pick<Run, "signal" | "stop">,
): Promise<void> {
  const attempt: AttemptRef = { ...claim.attempt, task_id: claim.task.id };
  await execute(deps, claim, attempt, control).catch((error: unknown) => lost(deps, attempt, error));
}

async function execute(
  deps: OrchestratorDeps,
  claim: Claim,
  attempt: AttemptRef,
  control: Pick<Run, "signal" | "stop">,
): Promise<void> {
  const project = await getProject(deps.storage.reader, claim.task.project_id);
  const inherited = withProven(claim.task, await inheritedStages(deps.storage.reader, claim.task));
  const settled = await settleSandbox(deps, {
    profile: claim.task.request.sandbox,
    project: project.settings.sandbox,
    needs: claim.task.request.sandbox_needs,
  });
  const sandbox: SandboxRecord = settled.ok ? settled.record : NOT_STARTED;
  const run: Run = { deps, attempt, project, task: claim.task, ...control, inherited, sandbox };
  const end = settled.ok ? await work(run) : noSandbox(run, `${settled.why} ${settled.fix}`);
  await closeAttempt(run, endOnFullDisk(run, end));
}

async function work(run: Run): Promise<AttemptEnd> {
  try {
    await run.deps.failpoint("K3");
    return await runAttempt(run);
  } catch (error) {
    return broken(run.deps, run.attempt, error);
  }
}

/** Of an attempt that ends before anything is started. */
const NOT_STARTED: SandboxRecord = { driver: "none", profile: "read-only", network: "none" };

function noSandbox(run: Run, why: string): AttemptEnd {
  return waitFor("sandbox_unavailable", why, ["harness doctor", `harness task unblock ${run.task.id}`]).end;
}

/** An attempt that threw: stopped by a person, or failed in a way nobody foresaw. */
async function broken(deps: OrchestratorDeps, attempt: AttemptRef, error: unknown): Promise<AttemptEnd> {
  if (isHarnessError(error, "lease_lost")) throw error;
  const task = await findTask(deps.storage.reader, attempt.task_id);
  if (task && isTerminal(task.status)) return { type: "cancelled" };
  deps.logger.error({ err: error, attempt_id: attempt.id }, "attempt failed unexpectedly");
  if (isDiskFull(error)) {
    deps.space.report(error);
    return spaceWait(attempt.task_id).end;
  }
  return failWith(
    isHarnessError(error) ? error.code : "internal",
    error instanceof Error ? error.message : String(error),
    true,
  ).end;
}

/** An attempt that may not write any more: its processes go, its own row is closed, the task is left alone. */
async function lost(deps: OrchestratorDeps, attempt: AttemptRef, error: unknown): Promise<void> {
  deps.logger.error({ err: error, attempt_id: attempt.id }, "attempt lost");
  await deps.runner.killCookie(attempt.id);
  await deps.log
    .write(async (tx) => {
      const task = await findTask(tx.db, attempt.task_id);
      if (!task) return;
      const ours = task.current_attempt_id === attempt.id;
      const message = "The attempt was lost while this turn ran.";
      await closeTurns(deps, tx, task, { attemptId: attempt.id, message });
      const reason = "it could not be closed in order";
      await closeBooked(deps, tx, task, { id: attempt.id, status: ours ? "crashed" : "superseded", reason });
      if (!ours || isTerminal(task.status)) return;
      await goOnAfterCrash(tx, task, {
        reason: "the attempt could not be closed in order",
        limit: deps.config.limits.dead_letter_crashes,
        pause_ms: task.limits.retry_base_backoff_ms,
      });
    })
    .catch((failure: unknown) =>
      deps.logger.error({ err: failure, attempt_id: attempt.id }, "the next start closes this attempt"),
    );
}
