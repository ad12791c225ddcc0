import type { Storage } from "../storage/index.ts";
import type { Snapshot, Workspaces } from "../workspaces/index.ts";
import { type SnapshotTask, snapshotsThatGo } from "./what-goes.ts";

/** Where snapshots and what decides over them are found. */
interface Deps {
  readonly storage: Pick<Storage, "reader">;
  readonly workspaces: Pick<Workspaces, "mirrorUpkeep">;
  readonly logger: { warn(obj: object, msg: string): void };
}

/** Statements name at most this many tasks. */
const STEP = 500;

/**
 * Forgets the snapshots nobody needs any more, project by project. A project whose repository cannot be read, that is
 * not registered any more or that has a running attempt keeps them all. With `dryRun` they are only counted.
 */
export async function forgetSnapshots(
  deps: Deps,
  keptSince: number,
  options: { readonly dryRun?: boolean; readonly signal?: AbortSignal } = {},
): Promise<{ dropped: number; freedBytes: number }> {
  const total = { dropped: 0, freedBytes: 0 };
  const projects = await deps.storage.reader.selectFrom("projects").select(["id", "root"]).execute();
  for (const project of projects) {
    if (options.signal?.aborted) break;
    try {
      const snapshots = await spareSnapshots(deps, project, keptSince);
      if (snapshots.length === 0) continue;
      const freed = options.dryRun
        ? 0
        : await deps.workspaces.mirrorUpkeep.drop({
            projectId: project.id,
            snapshots,
            busy: () => isBusy(deps, project.id),
            ...(options.signal ? { signal: options.signal } : {}),
          });
      if (freed === undefined) continue;
      total.dropped += snapshots.length;
      total.freedBytes += freed;
    } catch (error) {
      deps.logger.warn({ err: error, project_id: project.id }, "old snapshots stay for now");
    }
  }
  return total;
}

async function spareSnapshots(
  { storage, workspaces }: Deps,
  project: { readonly id: string; readonly root: string },
  keptSince: number,
): Promise<Snapshot[]> {
  const byTask = Map.groupBy(await workspaces.mirrorUpkeep.snapshots(project.id), ({ taskId }) => taskId);
  if (byTask.size === 0) return [];
  const tips = await workspaces.mirrorUpkeep.branchTips(project.root);
  const tasks = new Map<string, SnapshotTask>();
  const ids = [...byTask.keys()];
  for (let at = 0; at < ids.length; at += STEP) {
    const rows = await storage.reader
      .selectFrom("tasks")
      .select(["id", "status", "head_sha", "branch", "finished_at", "current_attempt_id"])
      .where("project_id", "=", project.id)
      .where("id", "in", ids.slice(at, at + STEP))
      .execute();
    for (const row of rows) tasks.set(row.id, row);
  }
  return [...byTask].flatMap(([taskId, snapshots]) => {
    const task = tasks.get(taskId);
    return snapshotsThatGo(snapshots, task, tips.get(task?.branch ?? ""), keptSince);
  });
}

async function isBusy({ storage }: Deps, projectId: string): Promise<boolean> {
  const row = await storage.reader
    .selectFrom("tasks")
    .select("id")
    .where("project_id", "=", projectId)
    .where("current_attempt_id", "is not", null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
