import { HarnessError, type Parsed, type Result } from "@harness/protocol";
import { reviewsOf } from "../review/index.ts";
import { getTask, refuseDiscarded, type TaskRecord } from "../tasks/index.ts";
import { changeBetween } from "./change-between.ts";
import type { OperationsDeps } from "./deps.ts";

/** The change a task made since its base, its newest turn, its newest review round or one of its snapshots. */
export async function taskDiff(
  deps: OperationsDeps,
  { task_id, since = "base", ignore_whitespace }: Parsed<"task/diff">,
): Promise<Result<"task/diff">> {
  const task = await getTask(deps.storage.reader, task_id);
  refuseDiscarded(task, "show the change of");
  const from = since === "base" ? task.base_sha : await pointOf(deps, task, since);
  const how = { ignoreWhitespace: ignore_whitespace === true };
  return { task_id, since, ...(await changeBetween(deps, task.project_id, from, task.head_sha, how)) };
}

/** The commit a point in the work of a task stands for. Throws `snapshot_not_found`. */
async function pointOf(deps: OperationsDeps, task: TaskRecord, since: string): Promise<string> {
  const { project_id: projectId, head_sha, base_sha } = task;
  if (head_sha === null || base_sha === null)
    throw missing(task, since, "it has no snapshot yet. Ask again once a turn of it has ended");
  if (since === "turn") {
    if (head_sha === base_sha) throw missing(task, since, "no turn of it has changed anything yet");
    return deps.workspaces.parentOf({ projectId, sha: head_sha });
  }
  if (since === "review") {
    const round = (await reviewsOf(deps.storage.reader, task.id)).at(-1);
    if (round === undefined) throw missing(task, since, "nobody has reviewed it yet");
    return round.commit;
  }
  if (since === base_sha) return since;
  const snapshots = await deps.workspaces.snapshots({ projectId, taskId: task.id });
  if (snapshots.some(({ sha }) => sha === since)) return since;
  throw missing(task, since, "that is no snapshot of it that is kept. Its snapshot.taken events name them");
}

function missing(task: TaskRecord, since: string, why: string): HarnessError {
  return new HarnessError(
    "snapshot_not_found",
    `Cannot show the change of task ${task.id} since ${since}: ${why}. It is ${task.status}; leave since out for the whole change.`,
    { field: "since", got: since },
  );
}
