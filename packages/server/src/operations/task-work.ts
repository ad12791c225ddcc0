import {
  type ModuleIteration,
  type ModuleProgress,
  type Result,
  type TaskPlan,
  workStatusOf,
} from "@harness/protocol";
import type { Tx } from "../storage/index.ts";
import {
  getTask,
  interventionsOf,
  isTerminal,
  iterationsOf,
  planOf,
  progressOf,
  type TaskRecord,
} from "../tasks/index.ts";

/** The plan of a task and how far each part of it is. */
export interface PlanView {
  readonly plan: TaskPlan | null;
  readonly iterations: readonly ModuleIteration[];
  readonly modules: ModuleProgress[];
}

type Fields = Pick<
  Result<"task/get">,
  | "task_id"
  | "work_status"
  | "plan"
  | "modules"
  | "current_module"
  | "iteration"
  | "modules_complete"
  | "total_modules"
  | "progress"
  | "interventions"
>;

/** Reads the plan of a task with its rounds of work. */
export async function planView(db: Tx, taskId: string): Promise<PlanView> {
  const [plan, iterations] = await Promise.all([planOf(db, taskId), iterationsOf(db, taskId)]);
  return { plan, iterations, modules: plan ? progressOf(plan, iterations) : [] };
}

/** Where a task is in its plan: seed 3's fields of a task. Nothing is counted that is not known. */
export async function workOf(
  db: Tx,
  task: TaskRecord,
  stages: Result<"task/get">["stages"],
): Promise<Fields> {
  const [{ plan, iterations, modules }, interventions] = await Promise.all([
    planView(db, task.id),
    interventionsOf(db, task.id),
  ]);
  const total = modules.length;
  const complete = modules.filter(({ status }) => status === "completed").length;
  const newest = iterations.at(-1);
  const current = isTerminal(task.status) ? null : (newest?.module ?? null);
  const round = stages.findLast(({ stage }) => stage === "implement")?.round ?? null;
  return {
    task_id: task.id,
    work_status: workStatusOf(task.status),
    plan,
    modules,
    current_module: current,
    iteration: current === null ? round : (newest?.iteration ?? null),
    modules_complete: total === 0 ? null : complete,
    total_modules: total === 0 ? null : total,
    progress: total === 0 ? null : Math.round((complete / total) * 100) / 100,
    interventions,
  };
}

/** What a client that follows a task is told besides its events: the goal, since when it runs, how many modules are complete. */
export async function taskAbout(
  db: Tx,
  taskId: string,
): Promise<{ goal: string; startedAt: number | null; modulesComplete: number | null }> {
  const task = await getTask(db, taskId);
  const { modules } = await planView(db, taskId);
  return {
    goal: task.request.answers?.[0]?.trim() || task.title,
    startedAt: task.started_at,
    modulesComplete:
      modules.length === 0 ? null : modules.filter(({ status }) => status === "completed").length,
  };
}
