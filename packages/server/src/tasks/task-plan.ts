import { ModuleIteration, type ModuleProgress, TaskPlan } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { ModuleIterationsTable, Tx } from "../storage/index.ts";
import type { AttemptRef } from "./attempt-store.ts";
import type { TaskRecord } from "./task-row.ts";
import { scopeOf } from "./task-store.ts";

/** The two figures of a piece of work; null is unknown. */
export type Figures = Pick<ModuleIteration, "test_pass_rate" | "quality_score">;

/** Keeps the plan of a task, in place of an earlier one, and says so. */
export async function savePlan(
  tx: WriteTx,
  task: TaskRecord,
  attemptId: string,
  plan: TaskPlan,
): Promise<void> {
  const row = { attempt_id: attemptId, plan: JSON.stringify(plan), created_at: tx.now };
  await tx.db
    .insertInto("task_plans")
    .values({ task_id: task.id, ...row })
    .onConflict((on) => on.column("task_id").doUpdateSet(row))
    .execute();
  const { modules, estimated_iterations } = plan;
  await tx.append({
    ...scopeOf(task, attemptId),
    type: "plan.completed",
    data: { modules: modules.map(({ name }) => name), estimated_iterations },
  });
}

/** The plan of a task, if one was made. */
export async function planOf(db: Tx, taskId: string): Promise<TaskPlan | null> {
  const row = await db
    .selectFrom("task_plans")
    .select("plan")
    .where("task_id", "=", taskId)
    .executeTakeFirst();
  return row ? TaskPlan.parse(JSON.parse(row.plan)) : null;
}

/**
 * Notes which modules a round changed; null stands for files of no module. A commit is noted once: an attempt that
 * inherits the round notes nothing anew. A module is `started` with its first round.
 */
export async function noteModules(
  tx: WriteTx,
  task: TaskRecord,
  attempt: AttemptRef,
  work: { readonly round: number; readonly commit: string; readonly modules: readonly (string | null)[] },
): Promise<void> {
  const earlier = await iterationRows(tx.db, task.id);
  if (earlier.some(({ commit_sha }) => commit_sha === work.commit)) return;
  for (const name of work.modules) {
    const module = name ?? "";
    const before = earlier.filter((row) => row.module === module).length;
    await tx.db
      .insertInto("module_iterations")
      .values({
        task_id: task.id,
        attempt_id: attempt.id,
        round: work.round,
        commit_sha: work.commit,
        module,
        iteration: before + 1,
        state: "working",
        test_pass_rate: null,
        quality_score: null,
        created_at: tx.now,
      })
      .execute();
    if (name === null || before > 0) continue;
    const data = { module: name, round: work.round };
    await tx.append({ ...scopeOf(task, attempt.id), type: "module.started", data });
  }
}

/**
 * Ends the round of a commit: what each module it changed is worth now, and which modules are complete as of this
 * commit, whenever they were changed last. A commit is judged once.
 */
export async function judgeModules(
  tx: WriteTx,
  task: TaskRecord,
  attempt: AttemptRef,
  commit: string,
  judge: (module: string | null) => Figures & { readonly complete: boolean },
): Promise<void> {
  const newest = new Map((await iterationRows(tx.db, task.id)).map((row) => [row.module, row]));
  if (![...newest.values()].some((row) => row.commit_sha === commit && row.state === "working")) return;
  const scope = scopeOf(task, attempt.id);
  for (const row of newest.values()) {
    const module = row.module === "" ? null : row.module;
    const { complete, ...figures } = judge(module);
    const { iteration, round } = row;
    if (row.commit_sha === commit)
      await tx.append({
        ...scope,
        type: "module.iterated",
        data: { module, iteration, round, commit, ...figures },
      });
    if (complete && module !== null && row.state !== "completed")
      await tx.append({
        ...scope,
        type: "module.completed",
        data: { module, iterations: iteration, commit, ...figures },
      });
    await setState(tx, row, complete ? "completed" : "iterated", figures);
  }
}

/** Every round of work on every module of a task, in the order they began. */
export async function iterationsOf(db: Tx, taskId: string): Promise<ModuleIteration[]> {
  return (await iterationRows(db, taskId)).map(
    ({ module, commit_sha, state, created_at, task_id: _task, attempt_id: _attempt, ...row }) => ({
      ...row,
      module: module === "" ? null : module,
      commit: commit_sha,
      state: ModuleIteration.shape.state.parse(state),
      created_at: new Date(created_at).toISOString(),
    }),
  );
}

/** How far each module of a plan is: the state of its newest round. */
export function progressOf(plan: TaskPlan, iterations: readonly ModuleIteration[]): ModuleProgress[] {
  return plan.modules.map(({ name, description }) => {
    const own = iterations.filter(({ module }) => module === name);
    const judged = own.findLast(({ state }) => state !== "working");
    const newest = own.at(-1);
    return {
      name,
      description,
      status: newest === undefined ? "pending" : newest.state === "completed" ? "completed" : "in_progress",
      iterations: newest?.iteration ?? 0,
      test_pass_rate: judged?.test_pass_rate ?? null,
      quality_score: judged?.quality_score ?? null,
    };
  });
}

async function iterationRows(db: Tx, taskId: string): Promise<ModuleIterationsTable[]> {
  return db
    .selectFrom("module_iterations")
    .selectAll()
    .where("task_id", "=", taskId)
    .orderBy("created_at")
    .orderBy("round")
    .orderBy("module")
    .execute();
}

async function setState(
  tx: WriteTx,
  row: ModuleIterationsTable,
  state: ModuleIteration["state"],
  figures: Figures,
): Promise<void> {
  await tx.db
    .updateTable("module_iterations")
    .set({ state, ...figures })
    .where("task_id", "=", row.task_id)
    .where("commit_sha", "=", row.commit_sha)
    .where("module", "=", row.module)
    .execute();
}
