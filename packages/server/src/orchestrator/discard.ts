import { getProject } from "../projects/index.ts";
import { effectDone, getTask, intendedEffects, madeBranches, scopeOf } from "../tasks/index.ts";
import type { OrchestratorDeps } from "./run.ts";

type Deps = Pick<OrchestratorDeps, "log" | "storage" | "workspaces" | "failpoint">;

/** The kind of the effect that lets go of the work of a discarded task, and its key. */
export const discardEffect = (taskId: string) => ({ key: `discard:${taskId}`, kind: "discard" }) as const;

/** A branch of a discarded task: deleted, or kept with the reason. */
export interface LetGo {
  readonly branch: string;
  readonly deleted: boolean;
  readonly why: string | null;
}

/**
 * Lets go of the work of a task that is marked as discarded: its branches, where they still are as we left them and
 * nobody has them checked out, and its snapshots. Doing it again is harmless, and takes what was kept before.
 */
export async function letGo(deps: Deps, taskId: string, actor: string): Promise<LetGo[]> {
  const { storage, workspaces } = deps;
  const task = await getTask(storage.reader, taskId);
  const { id: projectId, root } = await getProject(storage.reader, task.project_id);
  const made = Map.groupBy(await madeBranches(storage.reader, taskId), (one) => one.branch);
  const branches: LetGo[] = [];
  await workspaces.handover.alone(projectId, async () => {
    for (const [branch, stands] of made) {
      const commits = stands.map((one) => one.commit);
      const gone = await workspaces.handover.deleteBranch({ projectId, root, branch, commits });
      branches.push({ branch, ...gone });
    }
    await workspaces.handover.dropSnapshots({ projectId, taskId });
  });
  await deps.failpoint("K22");
  const { key } = discardEffect(taskId);
  await deps.log.write(async (tx) => {
    if ((await effectDone(tx, key, { branches })) === "again") return;
    const branch = branches.find((one) => one.deleted)?.branch ?? null;
    await tx.append({
      ...scopeOf(task, actor),
      type: "task.discarded",
      data: { branch, commit: task.head_sha },
    });
  });
  return branches;
}

/** At start: lets go of what a server had marked and died before it was gone. Never rejects. */
export async function finishDiscards(deps: Deps & Pick<OrchestratorDeps, "logger">): Promise<void> {
  const failed = (error: unknown) =>
    deps.logger.warn({ err: error }, "a discarded task could not be let go of; the next start tries again");
  const left = await intendedEffects(deps.storage.reader, discardEffect("").kind).catch(failed);
  for (const { task_id } of left ?? []) await letGo(deps, task_id, "harness").catch(failed);
}
