import { type BlockReason, HarnessError, operations, type Result, type TaskStatus } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import { wakeAccount } from "../orchestrator/index.ts";
import {
  anew,
  getTask,
  once,
  refuseDiscarded,
  refuseWhileClosing,
  scopeOf,
  type TaskLimits,
  type TaskRecord,
  transition,
  waitForDependencies,
} from "../tasks/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller, Handlers } from "./invoke.ts";
import { refuseWhenDraining } from "./project-handlers.ts";
import {
  batchRequest,
  checkBase,
  checkRequest,
  refuseBase,
  refusedBases,
  submitTask,
} from "./task-submit.ts";

type Names = "task/create" | "task/create_batch" | "task/cancel" | "task/retry" | "task/unblock";
type Changed = { task_id: string; status: TaskStatus };

const stored = (value: unknown) => operations["task/create"].result.parse(value);
const storedBatch = (value: unknown) => operations["task/create_batch"].result.parse(value);

/** Everything that changes a task. */
export function taskHandlers(deps: OperationsDeps): Pick<Handlers, Names> {
  return {
    "task/create": async ({ idempotency_key, ...request }, caller) => {
      refuseWhenDraining(deps);
      checkRequest(deps, request);
      await checkBase(deps, request);
      await deps.failpoint("K1");
      const created = await deps.log.write((tx) =>
        once(tx, "task/create", idempotency_key, request, stored, () =>
          submitTask(deps, tx, request, caller),
        ),
      );
      await deps.failpoint("K2");
      return created;
    },
    "task/create_batch": async ({ idempotency_key, ...batch }, caller) =>
      createBatch(deps, batch, idempotency_key, caller),
    "task/cancel": async ({ task_id, reason }, caller) =>
      cancel(deps, task_id, reason ?? "cancelled by a person", caller),
    "task/retry": async ({ task_id, fresh, ...limits }, caller) => {
      refuseWhenDraining(deps);
      return change(deps, task_id, async (tx, task) => {
        refuseDiscarded(task, "retry");
        refuseWhileClosing(task, "retry");
        const queued = await transition(tx, task, { type: "retry" }, caller.actor, {
          ...anew(task),
          settings: JSON.stringify(raised(task.limits, limits)),
          ...(fresh ? { head_sha: null, base_sha: null, changes: null } : {}),
        });
        return waitForDependencies(tx, queued, caller.actor);
      });
    },
    "task/unblock": async ({ task_id, rounds }, caller) => {
      refuseWhenDraining(deps);
      return change(deps, task_id, async (tx, task) => {
        await refuseOpenDependency(task);
        const next = await transition(tx, task, { type: "unblock", by: caller.actor }, caller.actor, {
          not_before: null,
          // A person lets it go on: its next wait counts from its own begin.
          wait_cause: null,
          tries: 0,
          progress: null,
          extra_rounds: task.extra_rounds + (rounds ?? defaultRounds(task.block_reason)),
          ...resumeAfterCrashes(task),
          ...(task.block_reason?.code === "redelivery_limit" ? { redeliveries: 0 } : {}),
        });
        // A person who lets it go on says that the account works: whoever else waits for it is told too.
        if (task.wait_account !== null) await wakeAccount(tx, task.wait_account, caller.actor);
        await tx.append({
          ...scopeOf(task, caller.actor),
          type: "task.unblocked",
          data: { code: task.block_reason?.code ?? "", by: caller.actor },
        });
        return next;
      });
    },
  };
}

/** The limits of a task with those a person named in place of its own; null takes one away. */
export function raised(limits: TaskLimits, named: Partial<TaskLimits>): TaskLimits {
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return { ...limits, ...Object.fromEntries(given) };
}

/** Changes one task in one transaction. */
export async function change(
  deps: OperationsDeps,
  id: string,
  job: (tx: WriteTx, task: TaskRecord) => Promise<TaskRecord>,
): Promise<Changed> {
  const task = await deps.log.write(async (tx) => job(tx, await getTask(tx.db, id)));
  return { task_id: task.id, status: task.status };
}

/** The status changes first, durably; then the work is stopped, and the answer waits until nothing of it runs. */
export async function cancel(
  deps: OperationsDeps,
  id: string,
  reason: string,
  caller: Caller,
): Promise<Changed> {
  const attempt = await deps.log.write(async (tx) => {
    const task = await getTask(tx.db, id);
    await transition(tx, task, { type: "cancel", reason }, caller.actor, { not_before: null });
    return task.current_attempt_id;
  });
  if (attempt !== null) await deps.orchestrator.stopTask(attempt);
  return { task_id: id, status: "cancelled" };
}

async function createBatch(
  deps: OperationsDeps,
  batch: Omit<Parameters<typeof batchRequest>[0], "idempotency_key">,
  key: string | undefined,
  caller: Caller,
): Promise<Result<"task/create_batch">> {
  refuseWhenDraining(deps);
  if (batch.issues !== undefined)
    throw new HarnessError(
      "capability_missing",
      "issues needs GitHub, which this version cannot talk to yet. Use tasks.",
      { field: "issues" },
    );
  const { tasks } = batch;
  if (tasks === undefined)
    throw new HarnessError("invalid_params", "tasks is needed: at least one.", { field: "tasks" });
  const refused = await refusedBases(
    deps,
    tasks.map((item) => batchRequest(batch, item)),
  );
  return deps.log.write((tx) =>
    once(tx, "task/create_batch", key, batch, storedBatch, async () => {
      const results: Result<"task/create_batch"> = [];
      for (const item of tasks) {
        try {
          const request = batchRequest(batch, item);
          checkRequest(deps, request);
          refuseBase(refused, request);
          results.push(await submitTask(deps, tx, request, caller));
        } catch (error) {
          // Only a refusal belongs to one item; a failing database fails them all.
          if (!(error instanceof HarnessError) || error.code.startsWith("storage")) throw error;
          results.push({ error: { code: error.code, message: error.message } });
        }
      }
      return results;
    }),
  );
}

async function refuseOpenDependency(task: TaskRecord): Promise<void> {
  const code = task.block_reason?.code;
  if (code !== "dependency" && code !== "dependency_failed") return;
  throw new HarnessError(
    "illegal_transition",
    `Cannot unblock task ${task.id}: ${task.block_reason?.message}`,
    { got: task.status },
  );
}

/** A person who lets a task go on after the review limit gives it at least one more round. */
function defaultRounds(reason: BlockReason | null): number {
  return reason?.code === "review_limit" ? 1 : 0;
}

/** A dead letter that is let go on is counted anew, or the next crash would stop it at once. */
function resumeAfterCrashes(task: TaskRecord): { inherit_from?: number } {
  const code = task.block_reason?.code;
  return code === "dead_letter" || code === "crash_loop" ? { inherit_from: task.attempts + 1 } : {};
}
